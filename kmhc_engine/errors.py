"""The errors of the engine.

Every message names the thing, the cause and the next step, and can be shown to a person as it is::

    KMHCError
    ├── PhotoError            one photo, by its path
    │   ├── NotAPhoto         the content is no photo format that KMHC reads
    │   ├── BrokenPhoto       a photo format, but damaged or cut short
    │   └── PhotoTooLarge     beyond the stated limit of pixels
    ├── VariantError          a name or spec string that describes no variant
    ├── WeightsError
    │   ├── WeightsMissing    the variant has no weights on this computer
    │   └── WeightsRefused    a file that is damaged, foreign or dangerous
    ├── OutputError           an output could not be written
    │   ├── DiskFull          no room left: the run pauses
    │   └── FolderInUse       another run works in the same output folder
    └── ComputeError          the network could not run, even small and on the CPU

    Cancelled                 stands apart: it is what the user asked for, not a failure
"""

from pathlib import Path


def printable(path: Path | str) -> str:
    """Return a path as one printable line: odd bytes, newlines and control characters are escaped."""
    return "".join(map(_printable, str(path)))


def _printable(character: str) -> str:
    joiners = "\u200c\u200d"  # spelling in Persian and Hindi, and families among pictographs
    if character.isprintable() or character in joiners:
        return character
    if "\udc80" <= character <= "\udcff":  # how Python keeps a byte that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


class KMHCError(Exception):
    """The root of all that KMHC raises on purpose."""


class PhotoError(KMHCError):
    """One photo could not be used.

    Args:
        path: The photo.
        cause: What is wrong, as a clause ("the file is cut short").
        remedy: What the user can do about it, as a sentence; may be empty.
    """

    def __init__(self, path: Path, cause: str, remedy: str = "") -> None:
        super().__init__(path, cause, remedy)
        self.path, self.cause, self.remedy = path, cause, remedy

    def __str__(self) -> str:
        return f"{printable(self.path.name)}: {self.cause}." + (f" {self.remedy}" if self.remedy else "")


class NotAPhoto(PhotoError):
    """The content is in no photo format that KMHC reads."""


class BrokenPhoto(PhotoError):
    """A photo that is damaged or cut short."""


class PhotoTooLarge(PhotoError):
    """A photo beyond the stated limit of pixels."""


class VariantError(KMHCError):
    """A name or spec string that describes no variant."""


class WeightsError(KMHCError):
    """Weights are missing or unusable."""


class WeightsMissing(WeightsError):
    """The variant has no weights on this computer."""


class WeightsRefused(WeightsError):
    """A weights file that is damaged, foreign or dangerous."""


class OutputError(KMHCError):
    """An output could not be written."""


class DiskFull(OutputError):
    """No room is left on the output's disk; the run can go on once there is."""


class FolderInUse(OutputError):
    """Another run works in the same output folder."""


class ComputeError(KMHCError):
    """The network could not run, even small and on the CPU."""


class Cancelled(Exception):
    """The user cancelled; nothing failed."""
