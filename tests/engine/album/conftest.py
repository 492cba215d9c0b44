import json
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from kmhc_engine.album.exporting import export
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.records import Fingerprint, Output, Record

HOSTILE = "\"><script>document.title = 'taken'</script>\n<b>'"


def takes(path: Path) -> bool:
    """Tell whether a disk has this very name, or takes it: some refuse letters, some do not tell A from a."""
    try:
        if not path.exists():
            path.touch()
        return path in path.parent.iterdir()
    except OSError:
        return False


class Family:
    """A folder of grey photos, the colourised folder beside it, and its journal."""

    def __init__(self, base: Path) -> None:
        self.originals, self.folder = base / "Family", base / "Family colourised"
        self.folder.mkdir()

    def add(self, name: str, *, caption: str = "", taken: str = "", size: tuple[int, int] = (96, 72)) -> Path:
        original, colour = self.originals / name, self.folder / name
        for path in (original, colour):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not takes(path):
                pytest.skip(f"no disk of this system takes {name!r} beside what is there")
        ramp = np.linspace(40, 220, size[0])[None, :].repeat(size[1], 0)
        grey = Image.fromarray((ramp + np.arange(size[1])[:, None] % 16).astype(np.uint8))
        secret = {"comment": b"SecretName"} if name.endswith(".jpg") else {}
        grey.save(original, **secret)
        exif = Image.Exif()
        if caption:
            exif[ExifTags.Base.ImageDescription] = caption.encode()
        if taken:
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
        exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
        exif.get_ifd(ExifTags.IFD.GPSInfo)[2] = (48.0, 12.0, 34.0)
        exif[ExifTags.Base.Artist] = "SecretName"
        tinted = Image.merge("RGB", (grey, grey.point(lambda v: v * 0.9), grey.point(lambda v: v * 0.7)))
        tinted.save(colour, exif=exif, **secret)
        self.record(name)
        return colour

    def record(self, name: str, state: State = State.DONE) -> None:
        relative, status = Path(name), (self.folder / name).stat()
        with OutputFolder(self.folder) as held:
            held.journal.finish(
                Record(
                    held.key(self.originals / name),
                    Fingerprint(1, 1, b""),
                    "KMHCNet_6|0123|256|fp32",
                    "{}",
                    state,
                    relative,
                    Output(relative, status.st_size, status.st_mtime_ns),
                    chroma="0123",
                )
            )


@pytest.fixture
def family(tmp_path: Path) -> Family:
    return Family(tmp_path)


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("selenium", reason="selenium is not installed")
    from tests.engine.album.chromium import BROWSER, DRIVER, start

    if not (BROWSER and DRIVER):
        pytest.skip("chromium or chromedriver is not installed")
    driver = start()
    yield driver
    driver.quit()


@pytest.fixture
def open_album(browser, family):
    for name in ("a.jpg", "b.jpg", "Lake/c.jpg"):
        family.add(name, caption=HOSTILE, size=(640, 480))

    def opened(options, *, script=True):
        made = export(family.folder, options=options)
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        browser.get(made.path.as_uri())
        return browser

    yield opened
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert browser.get_log("browser") == []
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert asked and all(url.startswith("file:") for url in asked)
    browser.get("about:blank")


@pytest.fixture
def screen(browser):
    """Give the page a screen of a size."""

    def sized(width, height):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 1000}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    yield sized
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
