"""What a file is, by its first bytes and never by its name."""

HEAD = 4096  # bytes that are enough to tell

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}

_EXPORT = "Export it as JPEG, PNG or TIFF with the program that made it."
_RAW = ("it is a camera's raw file", "Develop it to JPEG or TIFF first.")
_STRANGERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "it is a PDF document", "Export its pages as pictures."),
    (b"8BPS", "it is a Photoshop document", _EXPORT),
    (b"gimp xcf", "it is a GIMP document", _EXPORT),
    (b"\0\0\0\x0cjP  ", "it is a JPEG 2000 picture", "Convert it to JPEG, PNG or TIFF."),
    (b"\xff\x4f\xff\x51", "it is a JPEG 2000 picture", "Convert it to JPEG, PNG or TIFF."),
    (b"\0\0\0\x0cJXL ", "it is a JPEG XL picture", "Convert it to JPEG, PNG or TIFF."),
    (b"\xff\x0a", "it is a JPEG XL picture", "Convert it to JPEG, PNG or TIFF."),
    (b"FUJIFILMCCD-RAW", *_RAW),
    (b"IIRO", *_RAW),
    (b"IIU\0", *_RAW),
    (b"PK\x03\x04", "it is an archive or an office document", "Unpack the photos first."),
    (b"Rar!", "it is an archive", "Unpack the photos first."),
    (b"7z\xbc\xaf\x27\x1c", "it is an archive", "Unpack the photos first."),
    (b"\x1f\x8b", "it is an archive", "Unpack the photos first."),
    (b"\x1aE\xdf\xa3", "it is a video", ""),
    (b"OggS", "it is a video or a sound", ""),
    (b"ID3", "it is a sound", ""),
    (b"\0\0\x01\xba", "it is a video", ""),
    (b"\0\0\x01\xb3", "it is a video", ""),
)


def recognise(head: bytes) -> str:
    """Return "jpeg", "png", "tiff", "webp", "bmp", "gif", "heif" or "avif"; empty for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    brands = _brands(head)
    if brands & _AVIF_BRANDS:
        return "avif"
    return "heif" if brands & _HEIF_BRANDS else ""


def describe_stranger(head: bytes) -> tuple[str, str]:
    """Return why a file that is no photo is refused, and what can be done about it."""
    for start, cause, remedy in _STRANGERS:
        if head.startswith(start):
            return cause, remedy
    if head[:4] == b"RIFF":
        return "it is a video or a sound", ""
    if brands := _brands(head):
        return _RAW if b"crx " in brands else ("it is a video", "")
    if b"<svg" in head:
        return "it is a drawing (SVG)", "Export it as PNG."
    if not head.strip(b"\0"):
        return "it holds nothing but zeros", "Copy it again from where it came."
    if _is_text(head):
        return "it is a text", ""
    return "it is in no photo format that KMHC reads", "Convert it to JPEG, PNG or TIFF."


def _brands(head: bytes) -> set[bytes]:
    """Return the brands of an ISO media file (ISO 14496-12), which HEIF, AVIF and MP4 are."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and b"\0" not in head  # cut within a character
    return b"\0" not in head
