"""One page of a photo, as the encoder wants it: coloured strip by strip, at the size and depth of the output."""

from collections.abc import Callable

from kmhc_engine.chroma import Chroma
from kmhc_engine.colour import Codes, Floats, rgb_to_lab
from kmhc_engine.jobs import OutputSettings
from kmhc_engine.photos import Format, Page, Photo, RenderedPage, Tone
from kmhc_engine.render import render

_OWN_SIDE = 384  # pixels; on larger copies of a page's own colours, `MAX_BYTES` would cost more than they give


def keeps_colour(photo: Photo, index: int) -> bool:
    """Tell whether a page is in colour and one of several: it keeps its colours, if any of the others is not."""
    return photo.page_count > 1 and photo.page_tone(index) is Tone.COLOUR


def own_colour(photo: Photo, index: int) -> Floats:
    """Return a page's own ab (h, w, 2)."""
    return rgb_to_lab(photo.thumbnail(_OWN_SIDE, index))[..., 1:]


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
