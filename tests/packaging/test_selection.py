import pytest
from selection import kept

QT = "PySide6/Qt/lib/QtCore.framework"


def test_a_framework_of_macos_keeps_the_links_without_which_it_cannot_be_signed() -> None:
    framework = [
        (f"{QT}/Versions/A/QtCore", "/site-packages/QtCore", "BINARY"),
        (f"{QT}/Versions/A/Resources/Info.plist", "/site-packages/Info.plist", "DATA"),
        (f"{QT}/Versions/Current", "A", "SYMLINK"),
        (f"{QT}/QtCore", "Versions/Current/QtCore", "SYMLINK"),
        (f"{QT}/Resources", "Versions/Current/Resources", "SYMLINK"),
        ("QtCore", f"{QT}/Versions/A/QtCore", "SYMLINK"),
    ]
    assert kept(framework) == framework


def test_what_is_dropped_goes_with_the_links_to_it() -> None:
    dropped = "torchvision.libs/libjpeg.so.8"
    entries = [
        (dropped, "/site-packages/libjpeg.so.8", "BINARY"),
        ("libjpeg.so.8", dropped, "SYMLINK"),
        ("pillow.libs/libjpeg.so.8", f"../{dropped}", "SYMLINK"),
        ("libz.so.1", "pillow.libs/libz.so.1", "SYMLINK"),
    ]
    assert kept(entries) == entries[-1:]


@pytest.mark.parametrize(("language", "goes"), [("de", True), ("fr", False)])
def test_qts_own_words_go_along_in_our_languages_alone(language, goes) -> None:
    entry = (f"PySide6/Qt/translations/qtbase_{language}.qm", "/site-packages/qt.qm", "DATA")
    assert bool(kept([entry])) == goes
