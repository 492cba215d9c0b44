"""The verdict on a training, in words for people."""

from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale


def is_better(verdict: dict[str, Any]) -> bool:
    """Return whether a result is worth keeping.

    Args:
        verdict: The event `verdict` of `kmhc train`.
    """
    return bool(verdict["improved"]) and verdict["tuned"] < verdict["grey"]


def has_changed(verdict: dict[str, Any]) -> bool:
    """Return whether a result is other than what it started from: nothing may be kept of what was learnt.

    Args:
        verdict: The event `verdict` of `kmhc train`; those of older runs do not say.
    """
    return bool(verdict.get("share", 1))


def verdict_text(verdict: dict[str, Any]) -> str:
    """Return what there is to say about a result.

    Args:
        verdict: The event `verdict` of `kmhc train`.
    """
    translate, number = QCoreApplication.translate, QLocale().toString
    text = translate(
        "TrainingPage", "Better on {0} of {1} held-out photos. Mean colour difference {2} → {3} (no colour: {4})."
    ).format(verdict["better"], verdict["of"], *(number(verdict[name], "f", 1) for name in ("start", "tuned", "grey")))
    if not verdict["improved"]:
        worse = translate("TrainingPage", "That is no improvement: discard it, or add photos of the same kind.")
        return f"{text} {worse}"
    if not is_better(verdict):
        grey = translate("TrainingPage", "That is still no closer to the truth than grey: look at the photos first.")
        return f"{text} {grey}"
    if verdict["only_a_tint"]:
        text += " " + translate(
            "TrainingPage", "But it is a tint they share: within the photos, colours are no closer to the truth."
        )
    elif verdict["duller"]:
        text += " " + translate("TrainingPage", "Its colours are duller, though: they have less chroma than before.")
    return text + " " + translate("TrainingPage", "Look at the photos before you keep it.")
