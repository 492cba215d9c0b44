"""What there is can be chosen, wherever it is chosen."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox

from kmhc_desktop.album.copy_dialog import CopyDialog
from kmhc_desktop.album.form import AlbumForm
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.settings_page import SettingsPage
from kmhc_engine import resources
from kmhc_engine.album.options import Kind, Theme
from kmhc_engine.choices import Format


@pytest.fixture
def store(qapp, tmp_path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


def offered(box: QComboBox) -> set[str]:
    return {box.itemData(at) for at in range(box.count())}


def test_every_format(store) -> None:
    assert offered(SettingsPage(store).format) == {"", *Format}, "settings_page.py"
    dialog = CopyDialog({Path("/photos colourised"): ["a.jpg"]}, {}, store)
    assert offered(dialog.format) == {"", *Format}, "album/copy_dialog.py"


def test_every_kind_and_theme_of_an_album(qapp) -> None:
    assert offered(AlbumForm().kind) == {*Kind}, "album/form.py"
    assert offered(AlbumForm().theme) == {*Theme}, "album/form.py"


def test_every_language_of_the_window(store) -> None:
    spoken = {path.stem.removeprefix("kmhc_") for path in (resources.folder() / "translations").glob("*.ts")}
    assert offered(SettingsPage(store).language) == {"", *spoken}, "settings_page.py"
