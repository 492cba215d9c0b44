"""Icons of every size and kind, drawn from the one SVG."""

from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(svg: Path, folder: Path) -> None:
    """Write kmhc-SIZE.png for each size, kmhc.ico for Windows and kmhc.icns for macOS."""
    from PIL import Image
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(svg))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        if not image.save(str(folder / f"kmhc-{size}.png")):
            raise SystemExit(f"{folder} cannot be written.")
    with Image.open(folder / "kmhc-256.png") as largest:
        largest.save(folder / "kmhc.ico", sizes=[(size, size) for size in SIZES if size <= 256])
    with Image.open(folder / "kmhc-512.png") as largest:
        largest.save(folder / "kmhc.icns")
