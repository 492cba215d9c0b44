"""IPTC-IIM 4.2: captions and credits of the newspaper days, in JPEG and TIFF. Other formats get them as XMP."""

import struct

from kmhc_engine.photos.provenance import DC, PHOTOSHOP, Texts

_RESOURCE = 0x0404
_FIELDS = {
    5: (DC, "title"),
    25: (DC, "subject"),
    80: (DC, "creator"),
    90: (PHOTOSHOP, "City"),
    95: (PHOTOSHOP, "State"),
    101: (PHOTOSHOP, "Country"),
    105: (PHOTOSHOP, "Headline"),
    110: (PHOTOSHOP, "Credit"),
    115: (PHOTOSHOP, "Source"),
    116: (DC, "rights"),
    120: (DC, "description"),
}
_UTF8 = b"\x1b%G"


def photoshop_block(iptc: bytes) -> bytes:
    """Return IPTC as the "Photoshop 3.0" segment of a JPEG holds it."""
    body = b"8BIM" + struct.pack(">HHI", _RESOURCE, 0, len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    return b"Photoshop 3.0\0" + body


def in_photoshop_resources(resources: bytes) -> bytes:
    """Return the IPTC among Photoshop's image resources, as TIFF holds them; empty if there is none."""
    at = 0
    while resources[at : at + 4] == b"8BIM" and len(resources) >= at + 12:
        kind, name = struct.unpack_from(">HB", resources, at + 4)
        at += 7 + name + (name + 1) % 2
        length = int.from_bytes(resources[at : at + 4], "big")
        if kind == _RESOURCE:
            return resources[at + 4 : at + 4 + length]
        at += 4 + length + length % 2
    return b""


def datasets(iptc: bytes) -> list[tuple[int, int, bytes]]:
    """Return record, number and value of all data sets.

    Raises:
        ValueError: It is broken.
    """
    found = []
    at = 0
    while at < len(iptc) and iptc[at] != 0:  # zeros fill up the end
        if iptc[at] != 0x1C or len(iptc) < at + 5:
            raise ValueError("no data set")
        record, number, length = struct.unpack_from(">BBH", iptc, at + 1)
        at += 5
        if length & 0x8000:  # an extended data set: the length of the length
            size = length & 0x7FFF
            length = int.from_bytes(iptc[at : at + size], "big")
            at += size
        if len(iptc) < at + length:
            raise ValueError("a data set is cut short")
        found.append((record, number, iptc[at : at + length]))
        at += length
    return found


def as_texts(iptc: bytes) -> Texts:
    """Return what XMP has a name for."""
    sets = datasets(iptc)
    coding = "utf-8" if (1, 90, _UTF8) in sets else "latin-1"
    texts: Texts = {}
    for record, number, value in sets:
        if record == 2 and number in _FIELDS:
            text = "".join(c for c in value.decode(coding, "replace") if c.isprintable() or c == "\n")
            texts[_FIELDS[number]] = (*texts.get(_FIELDS[number], ()), text)
    return texts
