"""Chromium without a window and without a network, where it is installed."""

import shutil

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

BROWSER, DRIVER = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")


def start() -> webdriver.Chrome:
    """Start it."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--window-size=1200,800", "--host-resolver-rules=MAP * ~NOTFOUND",
                 "--disable-background-networking"):  # fmt: skip
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


def wait(browser, until):
    """Return what comes of a question to the page as soon as that is true."""
    return WebDriverWait(browser, 5, poll_frequency=0.05).until(until)


def open_first(browser):
    """Open the page of an album's first photo."""
    browser.get(browser.find_element(By.CSS_SELECTOR, ".grid a").get_attribute("href"))


def split(browser):
    """Return where the slider stands, from 0 to 100."""
    return int(browser.find_element(By.CSS_SELECTOR, ".split").get_property("value"))


def place(browser):
    """Return which photo is seen, such as "1 / 3"."""
    return browser.find_element(By.CSS_SELECTOR, ".count").text


def press(browser, *keys):
    """Press keys one after another."""
    ActionChains(browser).send_keys(*keys).perform()
