"""Where things lie: the program's own files, and the user's."""

import os
import sys
from pathlib import Path

from platformdirs import user_data_path


def folder() -> Path:
    """Return the folder of the program's own files: weights, samples, icons, styles, translations.

    It is `resources` in a checkout and inside a frozen program, `kmhc_engine/_resources` in a wheel.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def user_folder() -> Path:
    """Return the folder of the user's own weights and work; it need not exist yet.

    The environment variable `KMHC_HOME` says where it is; without that it is the system's place for such things.
    """
    home = os.environ.get("KMHC_HOME")
    return Path(home).expanduser().absolute() if home else user_data_path("KMHC", appauthor=False)
