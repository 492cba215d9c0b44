"""What the web album's script does: turning pages and moving the slider, in a real browser."""

import pytest

from kmhc_engine.album.options import Options

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.engine.album.chromium import open_first, place, press, split, wait

CLIP = "return getComputedStyle(document.querySelector('.compare .before')).clipPath"


def touch(browser, *steps, finger=0):
    """Send touches: "touchStart", "touchMove" and "touchEnd", each with the places of the fingers."""
    for kind, *places in steps:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def swipe(browser, at, by):
    (x, y), (right, down) = at, by
    half = (x + right / 2, y + down / 2)
    touch(browser, ("touchStart", at), ("touchMove", half), ("touchMove", (x + right, y + down)), ("touchEnd",))


@pytest.fixture
def fingers(browser):
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    yield
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


@pytest.fixture
def calm(browser):
    media = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    yield
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def watch(browser):
    """Note where the page sets off for, at once; to arrive there takes a while."""
    browser.execute_script(
        "window.ways = []; navigation.addEventListener('navigate', (event) => ways.push(event.destination.url))"
    )


def stays(browser):
    return place(browser) == "1 / 3" and browser.execute_script("return ways") == []


def middle(browser):
    box = browser.find_element(By.CSS_SELECTOR, ".compare").rect
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_slider_moves_by_mouse_and_keyboard_and_arrows_turn_the_page(open_album):
    browser = open_album(Options(title="\"><script>document.title = 'taken'</script>"))
    open_first(browser)
    assert browser.title != "taken" and place(browser) == "1 / 3"
    figure = browser.find_element(By.CSS_SELECTOR, ".compare")
    assert split(browser) == 50
    ActionChains(browser).move_to_element(figure).click_and_hold().move_by_offset(160, 0).release().perform()
    dragged = split(browser)
    assert 70 < dragged < 80 and f"{100 - dragged}%" in browser.execute_script(CLIP)
    watch(browser)
    ActionChains(browser).send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT).perform()
    assert split(browser) == dragged + 2 and stays(browser)
    assert f"{100 - split(browser)}%" in browser.execute_script(CLIP)
    ActionChains(browser).send_keys(" ").perform()
    assert split(browser) == 0
    browser.execute_script("document.activeElement.blur()")
    ActionChains(browser).send_keys(Keys.ARROW_RIGHT).perform()
    wait(browser, lambda b: place(b) == "2 / 3")
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    wait(browser, lambda b: "index.html" in b.current_url)


def test_a_finger_moves_the_handle_and_swipes_beside_it(open_album):
    browser = open_album(Options(language="ar"))
    open_first(browser)
    box = browser.find_element(By.CSS_SELECTOR, ".compare").rect
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(x, by):
        steps = [("touchStart", x), ("touchMove", x + by / 2), ("touchMove", x + by), ("touchEnd", None)]
        for kind, at in steps:
            points = [] if at is None else [{"x": at, "y": y}]
            browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        drag(middle, -160)
        assert 20 < split(browser) < 30 and place(browser) == "1 / 3"
        drag(middle, 120)  # from right to left, the next page lies on the left
        wait(browser, lambda b: place(b) == "2 / 3")
    finally:
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_turning_pages_leaves_the_way_back_to_the_album_short(open_album):
    browser = open_album(Options())
    browser.execute_script("document.querySelector('.grid a').focus()")
    press(browser, Keys.ENTER)
    wait(browser, lambda b: place(b) == "1 / 3")
    press(browser, Keys.ARROW_RIGHT)
    wait(browser, lambda b: place(b) == "2 / 3")
    browser.find_element(By.CSS_SELECTOR, ".turn [rel=next]").click()
    wait(browser, lambda b: place(b) == "3 / 3")
    press(browser, Keys.ARROW_RIGHT)  # the last one stays, and says nothing
    press(browser, Keys.ARROW_LEFT)
    wait(browser, lambda b: place(b) == "2 / 3")
    browser.back()
    wait(browser, lambda b: "index.html" in b.current_url)


def test_keys_that_mean_something_to_the_browser_turn_no_page(open_album):
    browser = open_album(Options())
    open_first(browser)
    watch(browser)
    for key in (Keys.CONTROL, Keys.ALT, Keys.META):
        ActionChains(browser).key_down(key).send_keys(Keys.ARROW_RIGHT).key_up(key).perform()
    assert stays(browser)
    pages = len(browser.window_handles)
    arrow = browser.find_element(By.CSS_SELECTOR, ".turn [rel=next]")
    ActionChains(browser).key_down(Keys.CONTROL).click(arrow).key_up(Keys.CONTROL).perform()
    wait(browser, lambda b: len(b.window_handles) == pages + 1)
    assert place(browser) == "1 / 3"
    here = browser.current_window_handle
    browser.switch_to.window(browser.window_handles[-1])
    browser.close()
    browser.switch_to.window(here)


def test_arrows_turn_the_page_in_the_direction_of_reading(open_album):
    browser = open_album(Options(language="ar"))
    open_first(browser)
    press(browser, Keys.ARROW_LEFT)
    wait(browser, lambda b: place(b) == "2 / 3")
    press(browser, Keys.ARROW_RIGHT)
    wait(browser, lambda b: place(b) == "1 / 3")


def test_only_the_first_mouse_button_moves_the_slider_and_only_until_it_is_let_go(open_album):
    browser = open_album(Options())
    open_first(browser)
    figure = browser.find_element(By.CSS_SELECTOR, ".compare")
    ActionChains(browser).move_to_element_with_offset(figure, 160, 0).context_click().perform()
    assert split(browser) == 50
    drag = ActionChains(browser).move_to_element(figure).click_and_hold().move_by_offset(-100, 0)
    drag.move_by_offset(-450, 0).perform()  # beside the photo, which still has the mouse
    assert split(browser) == 0
    ActionChains(browser).release().move_to_element(figure).perform()
    assert split(browser) == 0


def test_the_space_bar_shows_one_photo_whole_and_then_the_other(open_album):
    browser = open_album(Options())
    open_first(browser)
    for key, at in ((" ", 0), (" ", 100), (" ", 0)):
        press(browser, key)
        wait(browser, lambda b, at=at: f"inset(0px {100 - at}% 0px 0px)" == b.execute_script(CLIP))  # after gliding
        assert split(browser) == at
    figure = browser.find_element(By.CSS_SELECTOR, ".compare")
    assert "glide" in figure.get_attribute("class")
    figure.click()
    assert split(browser) == 50 and "glide" not in figure.get_attribute("class")  # it would lag behind the mouse
    browser.execute_script("document.querySelector('.home').focus()")
    press(browser, " ")
    assert split(browser) == 50


def test_the_space_bar_scrolls_no_page_of_a_long_story(open_album, family):
    family.add("a.jpg", caption="Minka on the stove " * 400)
    browser = open_album(Options())
    open_first(browser)
    press(browser, " ")
    assert split(browser) == 0 and browser.execute_script("return scrollY") == 0


def test_who_wants_calm_sees_no_gliding(open_album, calm):
    browser = open_album(Options())
    open_first(browser)
    press(browser, " ")
    assert "glide" not in browser.find_element(By.CSS_SELECTOR, ".compare").get_attribute("class")


@pytest.mark.parametrize("by", [(-30, 0), (-90, 80), (10, -200)])
def test_what_is_no_swipe_turns_no_page(open_album, fingers, by):
    browser = open_album(Options())
    open_first(browser)
    watch(browser)
    x, y = middle(browser)
    swipe(browser, (x + 150, y), by)
    assert stays(browser) and split(browser) == 50
    swipe(browser, (x + 150, y), (-90, 10))
    wait(browser, lambda b: place(b) == "2 / 3")


def test_who_has_come_nearer_moves_about_the_photo(open_album, screen, fingers):
    browser = open_album(Options())
    screen(390, 700)
    open_first(browser)
    watch(browser)
    browser.execute_cdp_cmd("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    swipe(browser, (300, 500), (-150, 0))
    assert stays(browser)
    browser.execute_cdp_cmd("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    swipe(browser, (300, 500), (-150, 0))
    wait(browser, lambda b: place(b) == "2 / 3")


def test_two_fingers_turn_no_page(open_album, fingers):
    browser = open_album(Options())
    open_first(browser)
    watch(browser)
    x, y = middle(browser)
    left, right = (x - 150, y), (x + 150, y)
    touch(browser, ("touchStart", left), ("touchStart", left, right), ("touchMove", left, (x + 50, y)))
    touch(browser, ("touchEnd", left), ("touchEnd",))
    assert stays(browser)


def test_a_finger_need_not_meet_the_handle_exactly(open_album, fingers):
    browser = open_album(Options())
    open_first(browser)
    watch(browser)
    x, y = middle(browser)
    swipe(browser, (x + 150, y), (5, 0))  # a touch before does not count
    swipe(browser, (x + 35, y), (-100, 0))  # to the left, beside the handle, it would turn the page
    assert 35 < split(browser) < 45 and stays(browser)


def test_a_mouse_swipes_no_page(open_album):
    browser = open_album(Options())
    open_first(browser)
    watch(browser)
    bar = browser.find_element(By.CSS_SELECTOR, ".count")
    ActionChains(browser).move_to_element(bar).click_and_hold().move_by_offset(-300, 0).release().perform()
    assert stays(browser)
