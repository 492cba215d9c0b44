import os

import pytest

ODD_NAMES = (
    "new\nline.jpg",
    "tab\tand bell\a.jpg",
    "\U0001f468‍\U0001f469‍\U0001f467.jpg",
    "صورة قديمة.jpg",
    "‮gpj.evil.jpg",
    "Größe.jpg",
    "not utf-8 \udcff\udcfe.jpg",
    "n" * 251 + ".jpg",
    "é" * 125 + ".jpg",
    " spaces .jpg",
    "-rf.jpg",
    "a:b?*<>|\"\\'.jpg",
    "CON.jpg",
    "%s%n.jpg",
    "no suffix",
    "dots...jpg",
)


@pytest.fixture
def odd_names(tmp_path):
    """Names that this disk takes; on Linux all of them."""
    takes = []
    for name in ODD_NAMES:
        try:
            (tmp_path / name).touch()
            (tmp_path / name).unlink()
            takes.append(name)
        except (OSError, ValueError):
            assert os.name != "posix" or os.uname().sysname != "Linux", f"Linux refuses {name!r}"
    return takes
