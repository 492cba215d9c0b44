"""Makes photos and colour profiles for the tests."""

import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

from kmhc_engine.colour import lightness_table, rgb_to_lab
from kmhc_engine.photos import open_photo
from kmhc_engine.photos.directories import LONG, RATIONAL, SHORT, UNDEFINED, Entry, pack, text, whole


def in_memory(pixels, format, **options):
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format, **options)
    return buffer.getvalue()


SRGB_PRIMARIES = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
WIDE_PRIMARIES = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))  # Adobe RGB


def matrix_profile(gamma, primaries=WIDE_PRIMARIES):
    """An RGB profile of a power curve and primaries."""
    tags = {b"wtpt": _xyz((0.9642, 1.0, 0.8249))}
    for name, primary in zip("rgb", primaries, strict=True):
        tags[name.encode() + b"XYZ"] = _xyz(primary)
        tags[name.encode() + b"TRC"] = _gamma(gamma)
    return profile(b"mntr", b"RGB ", b"XYZ ", tags)


def grey_profile(curve):
    """A grey profile of a "curv" or "para" tag."""
    return profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": _xyz((0.9642, 1.0, 0.8249)), b"kTRC": curve})


def table_profile(space, to_lab):
    """A profile that is a table of corners; `to_lab` gets the inks or lights of each corner."""
    channels = {b"CMYK": 4, b"RGB ": 3}[space]
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * channels, indexing="ij"), axis=-1).reshape(-1, channels)
    lab = np.array([to_lab(*corner) for corner in corners])
    codes = np.rint(np.clip(np.column_stack((lab[:, 0] * 2.55, lab[:, 1] + 128, lab[:, 2] + 128)), 0, 255))
    identity = np.tile(np.arange(256, dtype=np.uint8), channels).tobytes()
    table = b"mft1" + bytes(4) + bytes((channels, 3, 2, 0))
    table += struct.pack(">9i", *(65536 if k % 4 == 0 else 0 for k in range(9)))
    table += identity + codes.astype(np.uint8).tobytes() + np.tile(np.arange(256, dtype=np.uint8), 3).tobytes()
    return profile(b"prtr" if channels == 4 else b"scnr", space, b"Lab ", {b"A2B0": table})


def profile(kind, space, connection, tags):
    head = bytearray(128)
    head[8:12], head[12:16], head[16:20], head[20:24] = b"\x02\x40\0\0", kind, space, connection
    head[36:40], head[68:80] = b"acsp", struct.pack(">3i", 63190, 65536, 54061)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        **tags,
    }
    at = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head[0:4] = struct.pack(">I", at + len(body))
    return bytes(head) + table + body


def _xyz(values):
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256))


TAKEN = text("1953:06:21 11:12:13")


def exif_block(order=">", *, orientation=1, thumbnail=b"", extra=None):
    """EXIF as a camera or scanner writes it, in UTF-8 where it has to be."""
    photo = {
        0x9003: TAKEN,
        0x829A: whole_fraction(order, 1, 125),
        0x927C: Entry(UNDEFINED, 6, b"maker!"),
        0x9286: Entry(UNDEFINED, 13, b"ASCII\0\0\0Gruss"),
        0xA001: whole(SHORT, order, 65535),
        **(extra or {}),
    }
    gps = {1: text("N"), 2: Entry(RATIONAL, 3, b"".join(whole_fraction(order, n, 1).raw for n in (50, 56, 24)))}
    image = {
        0x010E: text("Oma in Köln"),
        0x0112: whole(SHORT, order, orientation),
        0x0131: text("VueScan"),
        0x011A: whole_fraction(order, 600, 1),
        0x011B: whole_fraction(order, 300, 1),
        0x0128: whole(SHORT, order, 2),
        0x8298: text("Familie Müller"),
        0x0111: whole(LONG, order, 12345),  # pixels that are elsewhere
    }
    at = 8 + len(pack(photo, 8, order))
    image[0x8769], image[0x8825] = whole(LONG, order, 8), whole(LONG, order, at)
    block = pack(photo, 8, order) + pack(gps, at, order)
    first = 8 + len(block)
    following = first + len(pack(image, first, order)) if thumbnail else 0
    block += pack(image, first, order, following=following)
    if thumbnail:
        preview = {0x0103: whole(SHORT, order, 6), 0x0202: whole(LONG, order, len(thumbnail))}
        preview[0x0201] = whole(LONG, order, 0)
        preview[0x0201] = whole(LONG, order, following + len(pack(preview, following, order)))
        block += pack(preview, following, order) + thumbnail
    mark = b"II" if order == "<" else b"MM"
    return mark + whole(SHORT, order, 42).raw + whole(LONG, order, first).raw + block


def pointing_to(place, tag, tiff):
    """The bytes of an EXIF block or a TIFF, of which one entry points to another place."""
    order = "<" if tiff[:2] == b"II" else ">"
    entry = struct.pack(order + "HHI", tag, LONG, 1)
    before, after = tiff.split(entry)
    return before + entry + struct.pack(order + "I", place) + after[4:]


def whole_fraction(order, above, below):
    return Entry(RATIONAL, 1, whole(LONG, order, above).raw + whole(LONG, order, below).raw)


IPTC = b"".join(
    b"\x1c" + bytes((record, number)) + struct.pack(">H", len(value)) + value
    for record, number, value in (
        (1, 90, b"\x1b%G"),
        (2, 25, b"Familie"),
        (2, 25, "Köln".encode()),
        (2, 80, "Jörg".encode()),
        (2, 120, "Oma in Köln".encode()),
    )
)

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="uuid:1" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:own="urn:own" tiff:Orientation="6" xmp:CreatorTool="VueScan"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/negativeFilm">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Großmutter</rdf:li></rdf:Alt></dc:title><own:shoebox>7</own:shoebox>
<tiff:ImageWidth>9</tiff:ImageWidth>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def png_of(size, depth, kind, rows, *, interlaced=False):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    pixels = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, interlaced)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def assert_sixteen_bits(path, samples):
    """A photo comes with all bits of the samples that were written, of their alpha too."""
    with open_photo(path) as photo:
        small, page = photo.thumbnail(20), photo.page(0)
    assert (page.grey.dtype, page.depth) == (np.uint16, 16)
    assert small.shape == (*(round(20 * side / max(page.grey.shape)) for side in page.grey.shape), 3)
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    if channels < 3:
        assert np.array_equal(page.grey, samples.reshape(*page.grey.shape, channels)[..., 0])
    else:
        lightness = lightness_table("uint16")[page.grey]
        assert np.abs(lightness - rgb_to_lab(samples[..., :3])[..., 0]).max() < 0.02
    if channels in (2, 4):
        assert np.array_equal(page.alpha, samples[..., -1])
