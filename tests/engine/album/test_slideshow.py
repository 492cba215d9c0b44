"""The slideshow of the web album, in a real browser whose time stands still unless it is told to go on."""

import pytest

from kmhc_engine.album.options import Options

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.engine.album.chromium import press, wait

CLOCK = """
    window.made = [];
    window.Image = class extends Image { constructor() { super(); made.push(this); } };
    const due = new Map();
    let last = 0;
    window.setTimeout = (what, after) => (due.set(++last, [after, what]), last);
    window.clearTimeout = (which) => due.delete(which);
    window.elapse = (time) => {
      for (const [which, [after, what]] of [...due]) if (after === time && due.delete(which)) what();
    };
    window.waiting = (time) => [...due.values()].filter(([after]) => after === time).length;"""
TURN, LEAVE, HIDE = 6500, 1200, 2500  # milliseconds: to the next slide, for the last one to go, for the buttons


@pytest.fixture
def clock(browser):
    """Stop the time of pages opened from now on, where `elapse` lets it go on, and keep the pictures they make."""
    script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": CLOCK})
    yield
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def elapse(browser, time):
    browser.execute_script("elapse(arguments[0])", time)


def waiting(browser, time):
    """Return how many things happen after a time."""
    return browser.execute_script("return waiting(arguments[0])", time)


def play(browser):
    browser.find_element(By.CSS_SELECTOR, ".play").click()
    return shown(browser, 0)


def shown(browser, number):
    """Wait until the slide of a photo is the one that is seen."""
    wanted = browser.find_elements(By.CSS_SELECTOR, ".grid a")[number].get_attribute("data-after")

    def seen(browser):
        slides = browser.find_elements(By.CSS_SELECTOR, ".slide:not(.gone) .after")
        return len(slides) == 1 and slides[0].get_attribute("src").endswith(wanted)

    wait(browser, seen)


def test_the_slideshow_goes_on_by_itself_round_and_round(open_album, clock):
    browser = open_album(Options())
    play(browser)
    for number in (1, 2, 0):
        elapse(browser, TURN)
        shown(browser, number)
        assert browser.find_elements(By.CSS_SELECTOR, ".slide:not(.gone) .before")
        assert not browser.find_elements(By.CSS_SELECTOR, ".slide img:not([alt])")  # which is spelt out
    assert len(browser.find_elements(By.CSS_SELECTOR, ".slide")) == 4
    elapse(browser, LEAVE)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".slide")) == 1


def test_turning_slides_by_hand_begins_their_time_anew(open_album, clock):
    browser = open_album(Options())
    play(browser)
    press(browser, Keys.ARROW_LEFT)
    shown(browser, 2)
    press(browser, Keys.ARROW_RIGHT)
    shown(browser, 0)
    browser.find_element(By.CSS_SELECTOR, "[data-do=next]").click()
    shown(browser, 1)
    browser.find_element(By.CSS_SELECTOR, "[data-do=back]").click()
    shown(browser, 0)
    assert waiting(browser, TURN) == 1


def test_a_slideshow_turned_quickly_shows_the_last_one_asked_for(open_album, clock):
    browser = open_album(Options())
    play(browser)
    browser.execute_script(
        "for (const way of ['next', 'back', 'next']) document.querySelector(`[data-do=${way}]`).click()"
    )
    shown(browser, 1)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".slide")) == 2 and waiting(browser, TURN) == 1


def test_arrows_turn_slides_in_the_direction_of_reading(open_album, clock):
    browser = open_album(Options(language="ar"))
    play(browser)
    press(browser, Keys.ARROW_LEFT)
    shown(browser, 1)


def test_a_pause_lasts_until_it_ends(open_album, clock):
    browser = open_album(Options())
    play(browser)
    press(browser, " ")  # whoever begins the slideshow has the finger on the button that stops it
    pause = browser.find_element(By.CSS_SELECTOR, "[data-do=pause]")
    assert pause.get_attribute("aria-pressed") == "true" and waiting(browser, TURN) == 0
    assert "paused" in browser.find_element(By.CSS_SELECTOR, ".slideshow").get_attribute("class")
    press(browser, Keys.ARROW_RIGHT)
    shown(browser, 1)
    assert waiting(browser, TURN) == 0
    pause.click()
    shown(browser, 2)
    assert pause.get_attribute("aria-pressed") == "false" and waiting(browser, TURN) == 1


def test_the_slideshow_leaves_people_at_the_photo_they_saw_last_and_begins_anew(open_album, clock):
    browser = open_album(Options())
    play(browser)
    press(browser, Keys.ARROW_RIGHT)
    shown(browser, 1)
    browser.find_element(By.CSS_SELECTOR, "[data-do=close]").click()
    second = browser.find_elements(By.CSS_SELECTOR, ".grid a")[1]
    wait(browser, lambda b: b.switch_to.active_element == second)
    assert not browser.find_elements(By.CSS_SELECTOR, ".slide")
    play(browser)


def test_a_slideshow_closed_while_a_slide_is_loaded_does_not_go_on_unseen(open_album, clock):
    browser = open_album(Options())
    play(browser)
    browser.execute_script("for (const what of ['next', 'close']) document.querySelector(`[data-do=${what}]`).click()")
    loaded = "Promise.allSettled(made.map((one) => one.decode())).then(() => requestAnimationFrame(arguments[0]))"
    browser.execute_async_script(loaded)
    assert waiting(browser, TURN) == 0 and not browser.find_elements(By.CSS_SELECTOR, ".slide")


def test_slides_come_with_their_captions_where_they_have_some(open_album, family, clock):
    family.add("a.jpg", caption="Minka")
    family.add("b.jpg")
    browser = open_album(Options(before=False))
    play(browser)
    caption = browser.find_element(By.CSS_SELECTOR, ".slideshow .caption")
    assert caption.text == "Minka" and not browser.find_elements(By.CSS_SELECTOR, ".slide .before")
    elapse(browser, TURN)
    shown(browser, 1)
    assert not caption.is_displayed()


def test_the_next_slide_is_loaded_while_this_one_is_seen(open_album, clock):
    browser = open_album(Options())
    play(browser)
    following = browser.find_elements(By.CSS_SELECTOR, ".grid a")[1].get_attribute("data-before")
    loaded = "return made.filter((one) => one.complete).map((one) => one.src)"
    wait(browser, lambda b: any(address.endswith(following) for address in b.execute_script(loaded)))


def test_the_slideshow_fills_the_screen_when_it_is_asked_to(open_album, clock):
    browser = open_album(Options())
    play(browser)
    full = "return document.fullscreenElement?.contains(document.querySelector('.slideshow .controls'))"
    button = browser.find_element(By.CSS_SELECTOR, "[data-do=full]")
    press(browser, "f")
    wait(browser, lambda b: b.execute_script(full))
    button.click()
    wait(browser, lambda b: not b.execute_script(full))
    button.click()
    wait(browser, lambda b: b.execute_script(full))
    browser.find_element(By.CSS_SELECTOR, "[data-do=close]").click()
    wait(browser, lambda b: not b.execute_script(full))


def test_the_buttons_hide_from_who_only_looks(open_album, clock):
    browser = open_album(Options())
    play(browser)
    dialog = browser.find_element(By.CSS_SELECTOR, ".slideshow")
    for number in (-5, 5):
        ActionChains(browser).move_to_element(dialog).move_by_offset(number, number).perform()
        assert "still" not in dialog.get_attribute("class") and waiting(browser, HIDE) == 1
        elapse(browser, HIDE)
        assert "still" in dialog.get_attribute("class")


def test_the_slideshow_plays_pauses_and_ends(open_album):
    browser = open_album(Options())
    browser.find_element(By.CSS_SELECTOR, ".play").click()
    first = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, ".slide .after")).get_attribute("src")
    ActionChains(browser).send_keys(Keys.ARROW_RIGHT).perform()
    last = ".slide:not(.gone) .after"
    wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, last).get_attribute("src") != first)
    browser.find_element(By.CSS_SELECTOR, "[data-do=pause]").click()
    pause = browser.find_element(By.CSS_SELECTOR, "[data-do=pause]")
    assert pause.get_attribute("aria-pressed") == "true"
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    wait(browser, lambda b: not b.find_element(By.CSS_SELECTOR, ".slideshow").is_displayed())
