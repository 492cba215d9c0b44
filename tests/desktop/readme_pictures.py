"""Makes the README's pictures, with the real network: `python -m tests.desktop.readme_pictures`.

It colourises the samples in the window and writes `resources/before-after.jpg` (four of them side by side),
`resources/window-light.jpg` (the window, before and after), `resources/window-dark.jpg` (a photo that is mended by
a hint) and, where Chromium and its driver are installed, `resources/album.jpg` (a web album on a computer and a phone).
"""

import io
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image, ImageOps
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtWidgets import QApplication

from kmhc_desktop.app import App
from kmhc_desktop.engine.process import serve
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.settings import Theme
from kmhc_engine import resources
from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Options
from kmhc_engine.jobs import State
from tests.desktop.screenshots import Camera, choose_font, open_window, reveal, settle, wait_for
from tests.engine.album import chromium

SIZE = QSize(1280, 900)
ORANGE, GREY = (40.0, 52.0), (0.0, 0.0)  # CIE a and b
HINTS = (
    (ORANGE, ((0.18, 0.6), (0.22, 0.7), (0.2, 0.8))),
    (ORANGE, ((0.4, 0.54), (0.45, 0.55), (0.46, 0.68))),
    (ORANGE, ((0.6, 0.57), (0.64, 0.62))),
    (GREY, ((0.06, 0.5), (0.03, 0.3), (0.01, 0.7), (0.015, 0.95))),
    (GREY, ((0.5, 0.72), (0.5, 0.8))),
)
PAIRS = (("astronaut.jpg", "cameraman.jpg"), ("moose.jpg", "wardenclyffe.jpg"))
PAIR = (400, 300)  # pixels: room for one photo of a pair
COMPUTER, PHONE, GUTTER, COVERED = (1180, 660), (390, 660), 24, 210
_PATIENCE = 600_000  # milliseconds: nine photos on a busy computer


def colourise(app: App, photos: Path) -> None:
    """Open a folder and wait for its colours."""
    window = app.window
    reveal(window.browser, photos)
    window.roots.add([photos])
    wait_for(lambda: len(window.model) == 9 and not window.roots.scanning)
    window.start()
    wait_for(lambda: window.model.states[State.DONE] == 9 and window.run.phase is Phase.IDLE, _PATIENCE)
    window.banner.hide()
    for row in window.model.rows:
        window.model.update(Path(row.path), seconds=0.0)  # they tell of this computer alone


def write_before_after(app: App) -> None:
    """Write four photos, each before and after, on one sheet."""
    rows = {row.relative: row for row in app.window.model.rows}
    gap, margin = 4, 16
    width, height = PAIR
    page = Image.new("RGB", (4 * width + 2 * gap + margin, 2 * height + margin), "white")
    for line, names in enumerate(PAIRS):
        pairs = [[_fitting(path) for path in (rows[name].path, rows[name].output)] for name in names]
        total = sum(photo.width for pair in pairs for photo in pair) + len(pairs) * (gap + margin) - margin
        left = (page.width - total) // 2
        for before, after in pairs:
            page.paste(before, (left, line * (height + margin)))
            page.paste(after, (left + before.width + gap, line * (height + margin)))
            left += before.width + gap + after.width + margin
    _write(page, "before-after.jpg")


def _fitting(path: str) -> Image.Image:
    with Image.open(path) as photo:
        return ImageOps.contain(photo.convert("RGB"), PAIR, Image.Resampling.LANCZOS)


def _write(picture: Image.Image, name: str) -> None:
    path = resources.folder() / name
    picture.convert("RGB").save(path, quality=84, optimize=True, subsampling=0)
    print(path, path.stat().st_size)


def look_at(app: App, name: str) -> None:
    """Choose a photo."""
    view, model = app.window.pane.view, app.window.model
    rows = [model.shown(position) for position in range(len(model))]
    view.setCurrentIndex(model.index(next(at for at, row in enumerate(rows) if row and row.name == name)))
    view.setFocus()


def save(app: App, name: str) -> None:
    """Write what the window looks like, small enough for a page."""
    settle(1500)
    wait_for(Camera(app, Path(), "").at_rest)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    app.window.grab().save(buffer, "PNG")
    with Image.open(io.BytesIO(buffer.data().data())) as picture:
        _write(picture, name)


def write_album(photos: Path) -> None:
    """Write a web album on a computer, and one of its photos on a phone in the dark."""
    album = export(photos, options=Options(title="Sample photos", cover="moose.jpg")).path
    wide = _visited(album.as_uri(), COMPUTER, "light", down=COVERED)
    narrow = _visited(album.as_uri(), PHONE, "dark", name="Hopper")
    page = Image.new("RGB", (wide.width + GUTTER + narrow.width, wide.height), "white")
    page.paste(wide, (0, 0))
    page.paste(narrow, (wide.width + GUTTER, 0))
    _write(ImageOps.contain(page, (1200, 1200), Image.Resampling.LANCZOS), "album.jpg")


def _visited(address: str, size: tuple[int, int], scheme: str, name: str = "", down: int = 0) -> Image.Image:
    """Return a page, so far down, as a screen of some size shows it; with a name, that of the photo called so."""
    driver = chromium.start()
    try:
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})  # so that captions are seen
        media = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": feature, "value": value} for feature, value in media.items()]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        driver.get(address)
        if name:
            driver.get(driver.find_element("css selector", f".grid a:has([alt*={name}])").get_attribute("href"))
        driver.execute_script(f"scrollTo({{top: {down}, behavior: 'instant'}})")
        near = "[...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)"
        drawn = f"Promise.all({near}.map((image) => image.decode()))"
        driver.execute_async_script(f"{drawn}.then(() => requestAnimationFrame(() => setTimeout(arguments[0])))")
        with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as picture:
            return picture.convert("RGB")
    finally:
        driver.quit()


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "ada"
        photos = home / "Pictures" / "Grandmother's album"
        shutil.copytree(resources.folder() / "samples", photos, ignore=shutil.ignore_patterns("*.md"))
        os.environ |= {"HOME": str(home), "KMHC_HOME": str(home / ".kmhc")}
        choose_font(QApplication(["kmhc"]))
        app = open_window(Theme.LIGHT, SIZE, serve)
        window = app.window
        colourise(app, photos)
        write_before_after(app)
        look_at(app, "moose.jpg")
        save(app, "window-light.jpg")
        app.settings.change(theme=Theme.DARK)
        look_at(app, "astronaut.jpg")
        window.actions_["adjust"].trigger()
        window.desk.view.canvas.set_split(0.3)
        wait_for(lambda: window.desk.panel.edits is not None)
        for colour, stroke in HINTS:
            window.desk.panel._choose(colour, 60.0)
            window.desk.panel.add_stroke(stroke)
        save(app, "window-dark.jpg")
        if chromium.BROWSER and chromium.DRIVER:
            write_album(Path(next(iter(window.model.rows)).output).parent)
        window.close()


if __name__ == "__main__":
    main()
