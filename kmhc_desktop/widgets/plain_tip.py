"""Tool tips that show names as they are."""

from PySide6 import QtGui
from PySide6.QtCore import Qt


def plain_tip(text: str) -> str:
    """Return a tool tip for a text that names files: what looks like HTML would show as such."""
    if not QtGui.Qt.mightBeRichText(text):
        return text
    return QtGui.Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal)
