"""The script of the installer for Windows, as far as other systems can tell."""

import re
from pathlib import Path

from kmhc_engine import names

SCRIPT = (Path(__file__).resolve().parents[2] / "packaging" / "windows" / "kmhc.nsi").read_text("utf-8")


def test_paths_have_the_separators_that_its_compiler_splits_them_at() -> None:
    """On Windows makensis looks for a folder's name before a backslash alone; elsewhere it takes both."""
    packed = re.findall(r'^ +File .*"(.+)"$', SCRIPT, re.MULTILINE)
    assert packed == [r"${PAYLOAD}\*"]


def test_every_kind_of_photo_can_be_opened_with_kmhc() -> None:
    assert set(re.findall(r'\$\{DO\} "(\.\w+)"', SCRIPT)) == names.PHOTO_SUFFIXES


def test_what_windows_shows_is_in_german_too() -> None:
    texts = re.findall(r'^LangString (\w+) \$\{LANG_(\w+)\} ".+"$', SCRIPT, re.MULTILINE)
    spoken = {name: {language for other, language in texts if other == name} for name, _ in texts}
    assert spoken
    assert all(languages == {"ENGLISH", "GERMAN"} for languages in spoken.values())
    assert not re.findall(r'WriteRegStr HKCU "Software\\Classes\\\S+" "" "[A-Z]', SCRIPT)
