"""What there is can be chosen, wherever it is chosen."""

from pathlib import Path, PurePath

import pytest
from PySide6.QtWidgets import QComboBox

from kmhc_desktop.album.copy_dialog import CopyDialog
from kmhc_desktop.album.form import AlbumForm
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.viewer.saving import _format_of
from kmhc_engine import resources
from kmhc_engine.album.options import Kind, Theme
from kmhc_engine.cli.colourise import OutputFormat
from kmhc_engine.photos import Format


@pytest.fixture
def store(qapp, tmp_path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


def offered(box: QComboBox) -> set[str]:
    return {box.itemData(at) for at in range(box.count())}


def test_every_format(store) -> None:
    assert {*OutputFormat} == {*Format}, "kmhc colourise --format"
    assert offered(SettingsPage(store).format) == {"", *Format}
    dialog = CopyDialog({Path("/photos colourised"): ["a.jpg"]}, {}, store)
    assert offered(dialog.format) == {"", *Format}
    for format in Format:
        assert _format_of(PurePath(f"a{format.suffix}")) is format, "a photo that was adjusted is saved again"


def test_every_kind_and_theme_of_an_album(qapp) -> None:
    assert offered(AlbumForm().kind) == {*Kind}
    assert offered(AlbumForm().theme) == {*Theme}


def test_every_language_of_the_window(store) -> None:
    spoken = {path.stem.removeprefix("kmhc_") for path in (resources.folder() / "translations").glob("*.ts")}
    assert offered(SettingsPage(store).language) == {"", *spoken}
