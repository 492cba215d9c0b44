from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from kmhc_desktop.settings import SCHEMA, Settings, SettingsStore, Theme
from kmhc_engine.choices import ColourPhotos


def test_a_new_store_has_the_defaults_and_no_complaint(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.ini")
    assert store.current == Settings()
    assert store.set_aside is None


def test_every_field_survives_a_restart(tmp_path: Path) -> None:
    changed = Settings(
        theme=Theme.DARK,
        language="de",
        output="/tmp/über \udcff",
        format="tiff",
        quality=77,
        colour_photos=ColourPhotos.COPY,
        variant="Grandma's album",
        side=384,
        device="cpu",
        precision="fp32",
        recent=("/one",),
        favourites=("/a", "/b"),
    )
    SettingsStore(tmp_path / "settings.ini").put(changed)
    assert SettingsStore(tmp_path / "settings.ini").current == changed


def test_the_change_signal_comes_only_for_real_changes(tmp_path: Path, qtbot) -> None:
    store = SettingsStore(tmp_path / "settings.ini")
    with qtbot.assertNotEmitted(store.changed):
        store.change(theme=Theme.SYSTEM)
    with qtbot.waitSignal(store.changed) as heard:
        store.change(theme=Theme.DARK)
    assert [record.theme for record in heard.args] == [Theme.SYSTEM, Theme.DARK]


@pytest.mark.parametrize(
    "damage",
    [
        "\x00\x01garbage",
        "[General]\nquality=high\nschema=1\n",
        "schema=1\nquality=0\n",
        "schema=1\nquality=101\n",
        "schema=1\nquality=1, 2\n",
        "schema=1\nside=@Invalid()\n",
        "schema=1\nformat=jpg2\n",
        f"schema={SCHEMA + 1}\n",
        "quality=90\n",
    ],
)
def test_a_damaged_file_is_set_aside_and_defaults_are_used(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "settings.ini"
    path.write_text(damage)
    store = SettingsStore(path)
    assert store.current == Settings()
    assert store.set_aside is not None
    assert store.set_aside.read_text() == damage
    assert not path.exists()


def test_the_layout_is_kept_beside_the_settings(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.ini")
    store.save_layout("geometry", QByteArray(b"\x00\x01\xff"))
    again = SettingsStore(tmp_path / "settings.ini")
    assert again.set_aside is None
    assert again.layout("geometry") == QByteArray(b"\x00\x01\xff")
    assert again.layout("other").isEmpty()


def test_recent_folders_are_few_and_the_latest_comes_first() -> None:
    settings = Settings()
    for number in range(12):
        settings = settings.with_recent(Path(f"/folder {number % 10}"))
    assert settings.recent[:2] == (str(Path("/folder 1")), str(Path("/folder 0")))
    assert len(settings.recent) == len(set(settings.recent)) == 8
