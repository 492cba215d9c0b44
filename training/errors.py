"""The errors of training; every message names the thing, the cause and the next step."""

from kmhc_engine.errors import KMHCError


class TrainingError(KMHCError):
    """Training or evaluation cannot go on as asked."""


class TooFewPhotos(TrainingError):
    """Not enough colour photos to learn from or to judge by."""


class PhotosTooSmall(TrainingError):
    """Photos smaller than the loss needs."""


class Diverged(TrainingError):
    """The loss is no longer a finite number."""
