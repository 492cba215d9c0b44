"""QtGui without the plug-ins that contents.py drops; dropped here, they do not bring their libraries (GTK) along."""

from fnmatch import fnmatch

import contents
from PyInstaller.utils.hooks.qt import add_qt6_dependencies

hiddenimports, binaries, datas = add_qt6_dependencies(__file__)
binaries = [
    (source, target)
    for source, target in binaries
    if not any(fnmatch(str(source), pattern) for pattern in contents.DROPPED_FILES)
]
