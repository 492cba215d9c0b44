"""One page of a photo, as the encoder wants it: coloured strip by strip, at the size and depth of the output."""

from collections.abc import Callable

from kmhc_engine.chroma import Chroma
from kmhc_engine.colour import Codes
from kmhc_engine.jobs import OutputSettings
from kmhc_engine.photos import Format, Page, RenderedPage
from kmhc_engine.render import render


def rendered_page(
    page: Page, chroma: Chroma, wanted: Format, settings: OutputSettings, check: Callable[[], None]
) -> RenderedPage:
    """Return a page that is coloured while the encoder reads it.

    Args:
        page: The decoded page.
        chroma: Its colour.
        wanted: The output's format.
        settings: Adjustments and size.
        check: Called between strips; what it raises ends the rendering.
    """
    grey, alpha = page.grey, page.alpha
    if settings.longest_side:
        grey = _shrunk(grey, settings.longest_side)
        alpha = None if alpha is None else _shrunk(alpha, settings.longest_side)
    depth = min(page.depth, wanted.depth)
    strips = render(grey, chroma, settings.adjustments, depth=depth, check=check)
    height, width = grey.shape
    return RenderedPage(height, width, depth, strips, alpha)


def _shrunk(plane: Codes, longest_side: int) -> Codes:
    """Return a plane (h, w) made smaller, if it is larger, to so many pixels along its longer side."""
    import cv2

    height, width = plane.shape
    scale = longest_side / max(height, width)
    if scale >= 1:
        return plane
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small: Codes = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return small
