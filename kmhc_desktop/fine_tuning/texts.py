"""What `kmhc train` says when it cannot go on, in the language of the window."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

from kmhc_desktop.engine.phrases import Phrases
from kmhc_desktop.engine.texts import translated

_PHRASES = (
    QT_TRANSLATE_NOOP(
        "Training", "Another training is at work in {0}. Wait until it has ended, or name another folder."
    ),
    QT_TRANSLATE_NOOP("Training", "Fine-tuning needs at least {0} photos with colour ({1}). Add some."),
    QT_TRANSLATE_NOOP("Training", "None of the {0} photos have colour. Add colour photos to the folder."),
    QT_TRANSLATE_NOOP("Training", "Not readable: {0}"),
    QT_TRANSLATE_NOOP("Training", "None of the {0} photos can be read: {1}"),
    QT_TRANSLATE_NOOP("Training", "Only {0} of {1} photos have colour. Add colour photos to the folder."),
    QT_TRANSLATE_NOOP("Training", "There are too few photos to learn from and to judge by ({0}). Add some."),
    QT_TRANSLATE_NOOP(
        "Training",
        "{0} photos: {1} to learn from, {2} to tune by, {3} held out; left out: {4} grey, {5} tinted, {6} unreadable",
    ),
    QT_TRANSLATE_NOOP("Training", "{0} is no folder. Give a folder of colour photos, or an index file."),
    QT_TRANSLATE_NOOP("Training", "{0} holds no photos. Give a folder of colour photos."),
    QT_TRANSLATE_NOOP("Training", "{0}: the disk is full. Make room, then start again."),
    QT_TRANSLATE_NOOP("Training", "{0}: the disk is full. Make room, then go on with the run."),
    QT_TRANSLATE_NOOP(
        "Training",
        "{0}: there is too little memory to learn from {1} photos of {2} pixels at once. Close other programs, "
        "or choose a smaller batch, smaller crops or the CPU.",
    ),
    QT_TRANSLATE_NOOP("Training", "{0} is damaged. Begin a new run."),
    QT_TRANSLATE_NOOP("Training", "{0} is damaged ({1}). Begin a new run."),
    QT_TRANSLATE_NOOP("Training", "{0} is damaged, or of another version of KMHC ({1}). Begin a new run."),
    QT_TRANSLATE_NOOP("Training", "Training needs {0}. Install KMHC with the extra “training”."),
)

_TRAINING = Phrases("Training", _PHRASES)


def told(text: str) -> str:
    """Return an error of `kmhc train` in the window's language; what has no translation stays English."""
    return translated(_TRAINING.translated(text))
