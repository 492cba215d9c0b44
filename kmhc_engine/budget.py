"""A bound on the pixels that are in memory at the same time."""

import threading


class PixelBudget:
    """Lets photos in while there is room; one that is larger than the whole goes alone.

    Args:
        pixels: The most at the same time.
    """

    def __init__(self, pixels: int) -> None:
        self._all = pixels
        self._left = pixels
        self._changed = threading.Condition()

    def take(self, pixels: int) -> int:
        """Wait for room; return what has to be given back."""
        taken = min(pixels, self._all)
        with self._changed:
            self._changed.wait_for(lambda: self._left >= taken)
            self._left -= taken
        return taken

    def give(self, taken: int) -> None:
        """Give back what `take` returned."""
        with self._changed:
            self._left += taken
            self._changed.notify_all()
