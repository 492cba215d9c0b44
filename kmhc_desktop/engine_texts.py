"""What the engine says, in the language of the window: the engine itself speaks English, to programs and logs too."""

import re

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_PHRASES = (
    QT_TRANSLATE_NOOP("Engine", "20,167 photos of public data sets, see MODEL_CARD.md"),
    QT_TRANSLATE_NOOP("Engine", "an unexpected error stopped it ({0}). The log says more."),
    QT_TRANSLATE_NOOP("Engine", "another run of KMHC is working in this output folder."),
    QT_TRANSLATE_NOOP("Engine", "Apple graphics processor"),
    QT_TRANSLATE_NOOP("Engine", "cannot be written to ({0}). Choose another output folder."),
    QT_TRANSLATE_NOOP("Engine", "Check its disk or connection, then start again to go on."),
    QT_TRANSLATE_NOOP("Engine", "Check that it is still there and that you may read it."),
    QT_TRANSLATE_NOOP("Engine", "Check that it is still there."),
    QT_TRANSLATE_NOOP("Engine", "Check the disk that it is on."),
    QT_TRANSLATE_NOOP("Engine", "Choose the photos in it."),
    QT_TRANSLATE_NOOP("Engine", "Colourise it again."),
    QT_TRANSLATE_NOOP("Engine", "Colourise it first."),
    QT_TRANSLATE_NOOP("Engine", "Convert it to JPEG, PNG or TIFF."),
    QT_TRANSLATE_NOOP("Engine", "Copy it again from where it came."),
    QT_TRANSLATE_NOOP("Engine", "CPU, 1 thread"),
    QT_TRANSLATE_NOOP("Engine", "CPU, {0} threads"),
    QT_TRANSLATE_NOOP("Engine", "Develop it to JPEG or TIFF first."),
    QT_TRANSLATE_NOOP("Engine", "Export it as JPEG, PNG or TIFF with the program that made it."),
    QT_TRANSLATE_NOOP("Engine", "Export it as PNG."),
    QT_TRANSLATE_NOOP("Engine", "Export its pages as pictures."),
    QT_TRANSLATE_NOOP("Engine", "Input/output error"),
    QT_TRANSLATE_NOOP("Engine", "Install it with:"),
    QT_TRANSLATE_NOOP("Engine", "it cannot be read ({0})"),
    QT_TRANSLATE_NOOP("Engine", "it changed while it was being read"),
    QT_TRANSLATE_NOOP("Engine", "it has {0} x {1} pixels, and {2} million are the limit"),
    QT_TRANSLATE_NOOP("Engine", "it holds nothing but zeros"),
    QT_TRANSLATE_NOOP("Engine", "it is a camera's raw file"),
    QT_TRANSLATE_NOOP("Engine", "it is a drawing (SVG)"),
    QT_TRANSLATE_NOOP("Engine", "it is a folder"),
    QT_TRANSLATE_NOOP("Engine", "it is a GIMP document"),
    QT_TRANSLATE_NOOP("Engine", "it is a JPEG 2000 picture"),
    QT_TRANSLATE_NOOP("Engine", "it is a JPEG XL picture"),
    QT_TRANSLATE_NOOP("Engine", "it is a PDF document"),
    QT_TRANSLATE_NOOP("Engine", "it is a Photoshop document"),
    QT_TRANSLATE_NOOP("Engine", "it is a pipe or a device, not a file"),
    QT_TRANSLATE_NOOP("Engine", "it is a sound"),
    QT_TRANSLATE_NOOP("Engine", "it is a text"),
    QT_TRANSLATE_NOOP("Engine", "it is a video"),
    QT_TRANSLATE_NOOP("Engine", "it is a video or a sound"),
    QT_TRANSLATE_NOOP("Engine", "it is an archive"),
    QT_TRANSLATE_NOOP("Engine", "it is an archive or an office document"),
    QT_TRANSLATE_NOOP("Engine", "it is an output folder of KMHC; choose the folder with the original photos"),
    QT_TRANSLATE_NOOP("Engine", "it is damaged or cut short ({0})"),
    QT_TRANSLATE_NOOP("Engine", "it is done already"),
    QT_TRANSLATE_NOOP("Engine", "it is empty"),
    QT_TRANSLATE_NOOP("Engine", "it is in colour already"),
    QT_TRANSLATE_NOOP("Engine", "it is in no photo format that KMHC reads"),
    QT_TRANSLATE_NOOP("Engine", "it is no file but a pipe, a socket or a device"),
    QT_TRANSLATE_NOOP("Engine", "it is not a photo"),
    QT_TRANSLATE_NOOP("Engine", "It is the fastest device on this computer."),
    QT_TRANSLATE_NOOP("Engine", "It was asked for."),
    QT_TRANSLATE_NOOP("Engine", "its output cannot be written ({0})."),
    QT_TRANSLATE_NOOP("Engine", "its samples are of a kind that photos do not have ({0})"),
    QT_TRANSLATE_NOOP("Engine", "Make a smaller copy and colourise that."),
    QT_TRANSLATE_NOOP("Engine", "Make a smaller copy of it."),
    QT_TRANSLATE_NOOP("Engine", "MIT; several of the photos behind them are for research only, see MODEL_CARD.md"),
    QT_TRANSLATE_NOOP("Engine", "no colour is stored for it as it is now"),
    QT_TRANSLATE_NOOP("Engine", "No graphics processor that PyTorch can use was found."),
    QT_TRANSLATE_NOOP("Engine", "no photo for the album is rated four stars or five. Rate some, or take all."),
    QT_TRANSLATE_NOOP("Engine", "no photo for the album. Choose a folder with colourised photos."),
    QT_TRANSLATE_NOOP("Engine", "No such file or directory"),
    QT_TRANSLATE_NOOP("Engine", "only a placeholder is on this computer; download it from the cloud first"),
    QT_TRANSLATE_NOOP("Engine", "Permission denied"),
    QT_TRANSLATE_NOOP("Engine", "reading HEIC photos needs the package pillow-heif, which is not installed"),
    QT_TRANSLATE_NOOP("Engine", "Save it as an 8-bit or 16-bit photo."),
    QT_TRANSLATE_NOOP("Engine", "the album cannot be written ({0}). Choose another place."),
    QT_TRANSLATE_NOOP("Engine", "the album would take the place of the photos. Choose another place."),
    QT_TRANSLATE_NOOP("Engine", "the colour photos lie here already. Choose another folder."),
    QT_TRANSLATE_NOOP("Engine", "the disk is full. Make room, or choose another output folder."),
    QT_TRANSLATE_NOOP("Engine", "the disk is full. Make room, then start again: the run goes on where it stopped."),
    QT_TRANSLATE_NOOP("Engine", "the file is empty"),
    QT_TRANSLATE_NOOP("Engine", "the network gave no usable colours"),
    QT_TRANSLATE_NOOP("Engine", "the output folder cannot be written to any more ({0})."),
    QT_TRANSLATE_NOOP("Engine", "the stored colour cannot be read ({0})"),
    QT_TRANSLATE_NOOP("Engine", "there is not enough memory for it. Close other programs, then try again."),
    QT_TRANSLATE_NOOP(
        "Engine", "There is not enough memory for one photo. Close other programs, or use a smaller variant."
    ),
    QT_TRANSLATE_NOOP("Engine", "there is not memory enough for it"),
    QT_TRANSLATE_NOOP("Engine", "this is not an album made by KMHC, so it stays as it is. Choose another place."),
    QT_TRANSLATE_NOOP("Engine", "Try it again."),
    QT_TRANSLATE_NOOP("Engine", "Unpack the photos first."),
    QT_TRANSLATE_NOOP("Engine", "Wait until it has ended, or choose another output folder."),
)


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\d\\}", "(.*)", re.escape(phrase)))


_KNOWN = [
    (phrase, _pattern(phrase)) for phrase in sorted(map(str, _PHRASES), key=len, reverse=True)
]  # the most precise first


def translated(text: str) -> str:
    """Return a text of the engine in the window's language; what has no translation stays English."""
    for phrase, pattern in _KNOWN:
        if found := pattern.search(text):
            said = QCoreApplication.translate("Engine", phrase).format(*found.groups())
            text = text[: found.start()] + said + text[found.end() :]
    return text
