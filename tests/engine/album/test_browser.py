"""How the web album looks to people: in a real browser, from the disk, without a network."""

import io
from pathlib import Path

import pytest
from PIL import Image

from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Options, Theme

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.engine.album.chromium import open_first, place, press, wait

SHOWN = "return [...document.images].every((image) => image.complete && image.naturalWidth > 0)"


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (820, "light"), (1440, "dark")])
def test_nothing_is_wider_than_the_screen_and_every_picture_shows(open_album, screen, width, theme):
    browser = open_album(Options(title="Donaudampfschifffahrtsgesellschaft" * 3))
    screen(width, 900)
    media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    for page in (browser.current_url, browser.find_elements(By.CSS_SELECTOR, ".grid a")[-1].get_attribute("href")):
        browser.get(page)
        # Not innerWidth, which on a phone grows with a page that is too wide.
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        browser.execute_script("document.querySelector('footer').scrollIntoView({behavior: 'instant'})")
        wait(browser, lambda b: b.execute_script(SHOWN))
        paper = browser.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
        assert (paper == "rgb(23, 21, 19)") == (theme == "dark")


OUTLINE = """const element = document.activeElement, style = getComputedStyle(element);
    const place = element.getBoundingClientRect();
    const beyond = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
    return [style.outlineStyle, style.outlineColor, place.left - beyond, place.right + beyond, innerWidth];"""


def focused(browser):
    """Go on to the next thing by Tab, and return the colour of its outline, which is seen whole."""
    press(browser, Keys.TAB)
    style, colour, left, right, width = browser.execute_script(OUTLINE)
    assert style == "solid" and 0 <= left < right <= width
    return colour


def test_the_outline_of_what_has_the_focus_is_seen_whole_and_on_the_dark_cover_too(open_album, screen):
    browser = open_album(Options(theme=Theme.LIGHT))
    screen(1200, 800)
    accent, white = "rgb(154, 74, 44)", "rgb(255, 255, 255)"
    assert [focused(browser) for _ in ("skip", "slideshow", "chapter")] == [accent, white, accent]
    browser.get(browser.find_elements(By.CSS_SELECTOR, ".grid a")[1].get_attribute("href"))
    for _ in ("home", "split", "previous", "next"):
        focused(browser)


def box(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector).rect


@pytest.mark.parametrize("size", [(40, 60), (100, 600), (600, 100), (900, 90), (640, 480)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_names_of_both_halves_stand_side_by_side_on_any_photo(open_album, family, screen, size, language):
    family.add("a.jpg", size=size)
    browser = open_album(Options(language=language))
    screen(320, 600)
    open_first(browser)
    ends = """const figure = document.querySelector(".compare"), at = figure.getBoundingClientRect().left;
        return ["::before", "::after"].flatMap((half) => {
          const style = getComputedStyle(figure, half);
          const left = at + parseFloat(style.left) + parseFloat(style.marginLeft);
          return [left, left + parseFloat(style.width)];
        });"""

    def apart(browser):
        places = [0, *browser.execute_script(ends), 320]
        return places == sorted(places)

    wait(browser, apart)


def test_the_names_of_both_halves_cover_no_photo_that_is_as_flat_as_they(open_album, family, screen):
    family.add("a.jpg", size=(900, 180))
    browser = open_album(Options())
    screen(390, 700)
    open_first(browser)
    above = """const figure = document.querySelector(".compare");
        return parseFloat(getComputedStyle(figure, "::before").bottom) >= figure.clientHeight;"""
    wait(browser, lambda b: b.execute_script(above))


@pytest.mark.parametrize("width", [740, 640])
def test_a_low_screen_shows_the_photo_and_not_mostly_what_is_around_it(open_album, screen, width):
    browser = open_album(Options())
    screen(width, 360)
    assert box(browser, ".hero")["height"] >= box(browser, ".words")["height"]
    open_first(browser)
    assert box(browser, ".compare img")["height"] > 0.8 * 360


def test_a_thumb_finds_the_arrows_in_one_place_on_every_page(open_album, family, screen):
    family.add("a.jpg", caption="Minka on the stove " * 60)
    family.add("b.jpg", size=(900, 90))
    browser, places = open_album(Options()), []
    screen(390, 700)
    open_first(browser)
    for number in (1, 2):
        wait(browser, lambda b, number=number: place(b) == f"{number} / 3")
        arrow = browser.find_element(By.CSS_SELECTOR, ".turn [rel=next]")
        at = browser.execute_script("return arguments[0].getBoundingClientRect().toJSON()", arrow)
        places.append((at["x"], at["y"]))
        arrow.click()
    assert places[0] == pytest.approx(places[1], abs=2)


@pytest.mark.parametrize("width", [390, 820])
def test_rows_of_photos_reach_both_edges(open_album, family, screen, width):
    shapes = [(160, 120), (120, 160), (150, 100), (600, 120), (160, 120), (120, 160)]
    for number, size in enumerate(shapes):
        family.add(f"Lake/d{number}.jpg", size=size)
    browser = open_album(Options())
    screen(width, 900)
    rows = browser.execute_script(
        """const grid = [...document.querySelectorAll(".grid")].at(-1), ends = {};
        for (const one of grid.children) {
          const at = one.getBoundingClientRect();
          ends[Math.round(at.top)] = grid.getBoundingClientRect().right - at.right;
        }
        return Object.entries(ends).sort((one, other) => one[0] - other[0]).map((row) => row[1]);"""
    )
    assert len(rows) > 2 and rows[:-1] == pytest.approx([0] * (len(rows) - 1), abs=1)  # the last one need not


def contrast_to_white(browser, x, y):
    """Return the contrast that WCAG measures between white letters and what is behind them."""
    with Image.open(io.BytesIO(browser.get_screenshot_as_png())) as shot:
        value = shot.convert("L").getpixel((round(x), round(y))) / 255
    return 1.05 / ((value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4) + 0.05)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("title", ["Winter", "Winter at the lake, and spring in the mountains, and summer by the sea"])
def test_words_are_read_on_the_whitest_of_photos(open_album, family, screen, width, title):
    Image.new("RGB", (1200, 800), "white").save(family.folder / "snow.jpg")
    family.record("snow.jpg")
    caption = "Minka on the stove " * 20
    browser = open_album(Options(title=title, cover="snow.jpg", before=False, captions={"snow.jpg": caption}))
    screen(width, 800)
    words = box(browser, "h1")
    assert contrast_to_white(browser, words["x"] - 4, words["y"] + 4) >= 3  # enough for large letters
    if width > 1000:  # a phone shows no captions in the grid
        browser.execute_script("document.querySelector('.grid').scrollIntoView({behavior: 'instant'})")
        label = "[...document.querySelectorAll('.grid .caption')].find((one) => one.textContent.startsWith('Minka'))"
        place = browser.execute_script(f"const at = {label}.getBoundingClientRect(); return [at.x, at.y];")
        assert contrast_to_white(browser, place[0] + 6, place[1] + 44) >= 4.5


LINES_SEEN = """const caption = arguments[0], words = document.createRange();
    words.selectNodeContents(caption);
    const seen = caption.getBoundingClientRect().top + caption.clientTop + caption.clientHeight;
    const tops = [...words.getClientRects()].map((line) => line.top);
    return new Set(tops.filter((top) => top < seen)).size;"""


def test_no_half_line_shows_below_the_dots_of_a_long_caption(open_album, family):
    family.add("a.jpg", caption="Minka on the stove " * 60)
    browser = open_album(Options())
    in_grid = browser.find_element(By.CSS_SELECTOR, ".grid .caption")
    assert browser.execute_script(LINES_SEEN, in_grid) == 4
    browser.find_element(By.CSS_SELECTOR, ".play").click()
    wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, ".slideshow .caption").text)
    assert browser.execute_script(LINES_SEEN, browser.find_element(By.CSS_SELECTOR, ".slideshow .caption")) == 4


@pytest.mark.parametrize(("language", "title"), [("en", "סבא וסבתא"), ("ar", "The Bergers")])
def test_titles_in_another_script_begin_where_the_album_does(open_album, family, language, title):
    family.add(f"{title}/d.jpg")
    browser = open_album(Options(language=language, title=title))
    side = "left" if language == "en" else "right"
    edges = f"""return arguments[0].map((one) => {{
        const words = document.createRange();
        words.selectNodeContents(document.querySelector(one));
        return Math.round(words.getBoundingClientRect().{side});
      }});"""
    title, facts = browser.execute_script(edges, ["h1", ".words .facts"])
    assert title == pytest.approx(facts, abs=4)
    chapter, photos = browser.execute_script(edges, [".chapter:last-child h2", ".chapter:last-child .grid"])
    assert chapter == pytest.approx(photos, abs=4)


def test_a_television_shows_most_of_the_cover_and_its_words_above_the_photos(open_album, screen):
    browser = open_album(Options(cover="a.jpg"))
    screen(3840, 2160)
    hero = box(browser, ".hero")
    assert hero["height"] > 0.5 * hero["width"] * 480 / 640 and hero["height"] < 0.8 * 2160
    assert box(browser, "h1")["x"] == pytest.approx(box(browser, ".grid")["x"], abs=1)


def test_what_separates_the_facts_stands_between_them_in_every_direction(open_album):
    browser = open_album(Options(language="ar", author="Anna"))
    directions = "return [...document.querySelectorAll('.facts > *')].map((one) => getComputedStyle(one).direction)"
    assert set(browser.execute_script(directions)) == {"rtl"}
    browser.get(browser.find_elements(By.CSS_SELECTOR, ".grid a")[-1].get_attribute("href"))
    assert set(browser.execute_script(directions)) == {"rtl"}


def test_the_slideshow_has_room_for_a_long_caption_and_its_buttons_on_a_phone(open_album, family, screen):
    family.add("a.jpg", caption="Minka on the stove " * 60)
    browser = open_album(Options(language="de"))
    screen(360, 640)
    browser.find_element(By.CSS_SELECTOR, ".play").click()
    wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, ".slideshow .caption").text)
    caption, controls = box(browser, ".slideshow .caption"), box(browser, ".controls")
    assert caption["height"] < 200 and caption["y"] + caption["height"] <= controls["y"]
    assert controls["y"] + controls["height"] <= 640
    assert browser.execute_script("return getComputedStyle(document.documentElement).overflowY") == "hidden"
    browser.find_element(By.CSS_SELECTOR, "[data-do=close]").click()


def test_on_paper_there_is_nothing_to_click(open_album):
    browser = open_album(Options(downloads=True))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        open_first(browser)
        for selector in (".about a", ".turn", ".split", ".handle"):
            assert not browser.find_element(By.CSS_SELECTOR, selector).is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_the_number_of_photos_beside_a_chapter_is_never_broken(open_album, family, screen):
    for number in range(12):
        family.add(f"Donaudampfschifffahrtsgesellschaft in Wien/{number}.jpg")
    browser = open_album(Options())
    screen(320, 600)
    for number in browser.find_elements(By.CSS_SELECTOR, ".chapters small"):
        assert number.rect["height"] < 25


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_that_keeps_anybody_out(open_album, theme):
    axe = pytest.importorskip("axe_selenium_python", reason="axe is not installed")
    script = Path(axe.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
    browser = open_album(Options(theme=theme, author="Anna", downloads=True))
    for page in (browser.current_url, browser.find_element(By.CSS_SELECTOR, ".grid a").get_attribute("href")):
        browser.get(page)
        browser.execute_script(script.read_text(encoding="utf-8"))
        found = browser.execute_async_script("axe.run().then(arguments[0])")
        assert found["passes"] and [f"{one['impact']} {one['id']}" for one in found["violations"]] == []


@pytest.mark.timeout(120)
def test_a_thousand_photos_stay_smooth(browser, tmp_path):
    folder = tmp_path / "Many"
    folder.mkdir()
    Image.new("RGB", (64, 48), "tan").save(folder / "0.jpg")
    for number in range(1, 1000):
        (folder / f"{number}.jpg").write_bytes((folder / "0.jpg").read_bytes())
    browser.get(export(folder, options=Options(before=False)).path.as_uri())
    loaded = "return [...document.images].filter((image) => image.complete && image.naturalWidth).length"
    assert browser.execute_script(loaded) < 500  # the rest waits until it is near
    seconds = browser.execute_async_script(
        """const done = arguments[0], start = performance.now(); let frames = 0;
        const step = () => {
          scrollTo(0, (frames / 30) * document.documentElement.scrollHeight);
          if (frames++ < 30) requestAnimationFrame(step); else done((performance.now() - start) / 1000);
        };
        requestAnimationFrame(step);"""
    )
    assert seconds < 10  # 30 leaps through the whole page; a page that lays all out anew takes minutes
    browser.get_log("performance")


def test_without_scripts_it_is_a_plain_gallery(open_album):
    browser = open_album(Options(), script=False)
    assert not browser.find_element(By.CSS_SELECTOR, ".play").is_displayed()
    open_first(browser)
    after, before = browser.find_elements(By.CSS_SELECTOR, ".compare img")
    assert after.is_displayed() and before.is_displayed() and before.rect["y"] >= after.rect["y"] + after.rect["height"]
    browser.find_element(By.CSS_SELECTOR, ".turn [rel=next]").click()
    wait(browser, lambda b: place(b) == "2 / 3")
