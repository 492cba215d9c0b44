"""Makes photos and colour profiles for the tests."""

import struct
from io import BytesIO

import numpy as np
from PIL import Image


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
