import numpy as np
import pytest
from PIL import Image

from kmhc_desktop.album.dialog import AlbumDialog
from kmhc_desktop.album.process import serve
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.thumbnails import Thumbnails
from tests.desktop.album.steps import PATIENCE


@pytest.fixture
def coloured_folder(tmp_path):
    """Three colour photos that an engine of old has left."""
    folder = tmp_path / "shoebox colourised"
    (folder / "Lake").mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "Lake/c.jpg")):
        pixels = np.full((48, 64, 3), (40 + 60 * number, 90, 120), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return folder


@pytest.fixture
def open_album(qapp, qtbot, tmp_path):
    thumbnails = Thumbnails(tmp_path / "thumbnails")
    dialogs = []

    def opened(*folders, selection=None, serve=serve, listed=None):
        work = AlbumWork(serve=serve)
        dialog = AlbumDialog(folders, selection or {}, thumbnails, work, listed or {})
        dialogs.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._photos is not None or dialog.strip.text.text() != "", timeout=PATIENCE)
        return dialog

    yield opened
    for dialog in dialogs:
        dialog._closing = True
        dialog.reject()
        assert not dialog._work.isRunning()
        dialog.deleteLater()
    thumbnails.stop()
