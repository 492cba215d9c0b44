"""Contact sheets to look at: one row a photo, one column a version."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.atomic import replacing

_GAP, _LINE, _FONT = 6, 20, 13  # pixels


def sheet(path: Path, columns: Sequence[Any], notes: Sequence[str] = ()) -> Path:
    """Write a sheet as PNG. Nothing says what the columns are: who shows it does, in the language of its reader.

    Args:
        path: The file; its folder is made, but none above it.
        columns: For each column its images: a tensor (n, 3, h, w) in 0..1, or a list of uint8 (h, w, 3).
        notes: A line for each row, which stands above it; may be empty.

    Returns:
        The path.
    """
    from PIL import Image, ImageDraw, ImageFont

    images = [_images(column) for column in columns]
    widths = [max(image.shape[1] for image in column) for column in images]
    heights = [max(image.shape[0] for image in row) for row in zip(*images, strict=True)]
    line = _LINE if notes else 0
    size = sum(widths) + _GAP * (len(widths) + 1), _GAP + sum(heights) + (_GAP + line) * len(heights)
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(_FONT)
    left = _GAP
    for width, column in zip(widths, images, strict=True):
        top = _GAP
        for image, height in zip(column, heights, strict=True):
            page.paste(Image.fromarray(image), (left, top + line))
            top += line + height + _GAP
        left += width + _GAP
    top = _GAP
    for note, height in zip(notes, heights, strict=False):
        draw.text((_GAP, top + 2), note, fill="black", font=font)
        top += line + height + _GAP
    path.parent.mkdir(exist_ok=True)
    with replacing(path) as file:
        page.save(file, "PNG")
    return path


def _images(column: Any) -> list[NDArray[np.uint8]]:
    if isinstance(column, list):
        return column
    codes = (column.detach().float().clamp(0, 1) * 255).round().byte().cpu()
    return [np.ascontiguousarray(image.permute(1, 2, 0).numpy()) for image in codes]
