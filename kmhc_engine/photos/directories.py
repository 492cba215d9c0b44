"""TIFF directories: the frame of TIFF files (TIFF 6.0 and BigTIFF) and of EXIF.

Values stay the raw bytes they are, in the byte order they were in. Pillow's own classes decode every value and write
text back as ASCII, which costs every umlaut and changes types; here an entry comes out as it went in.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 1, 2, 3, 4, 5, 7, 16
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_LONGEST = 1 << 24  # bytes of one value; strip tables of the largest photos are shorter
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class Entry:
    """One value: its TIFF type, how many there are, and the bytes in the file's order."""

    type: int
    count: int
    raw: bytes


Directory = dict[int, Entry]


class DirectoryReader:
    """Reads the directories of a TIFF file or an EXIF block.

    Args:
        file: Seekable; offsets count from its beginning.

    Raises:
        ValueError: It does not begin like TIFF.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0)
        head = file.read(16)
        if head[:2] not in (b"II", b"MM"):
            raise ValueError("no TIFF byte order")
        self.order = "<" if head[:2] == b"II" else ">"
        version = struct.unpack_from(self.order + "H", head.ljust(16, b"\0"), 2)[0]
        if version not in (42, 43):
            raise ValueError("no TIFF version")
        self.big = version == 43
        self._first = self._unpack("Q", head[8:16]) if self.big else self._unpack("I", head[4:8])

    def chain(self) -> Iterator[Directory]:
        """Yield the directories of the main chain, one for each page."""
        offset, seen = self._first, set[int]()
        while offset and offset not in seen and len(seen) < _MOST_PAGES:
            seen.add(offset)
            directory, offset = self.at(offset)
            yield directory

    def at(self, offset: int) -> tuple[Directory, int]:
        """Return the directory at an offset and the offset of the next; entries that point nowhere are left out.

        Raises:
            ValueError: There is no directory at that place.
        """
        if offset < 8:
            raise ValueError("a directory within the file's head")
        count_size, entry_size, slot = (8, 20, 8) if self.big else (2, 12, 4)
        count = self._unpack("Q" if self.big else "H", self._read(offset, count_size))
        if count > 0xFFFF:
            raise ValueError("a directory without an end")
        table = self._read(offset + count_size, count * entry_size)
        directory = {}
        for at in range(0, len(table), entry_size):
            tag, kind = struct.unpack_from(self.order + "HH", table, at)
            number = self._unpack("Q" if self.big else "I", table[at + 4 : at + 4 + slot])
            inline = table[at + 4 + slot : at + entry_size]
            length = number * _SIZES.get(kind, 0)
            try:
                if 0 < length <= slot:
                    directory[tag] = Entry(kind, number, inline[:length])
                elif slot < length <= _LONGEST:
                    place = self._unpack("Q" if self.big else "I", inline)
                    directory[tag] = Entry(kind, number, self._read(place, length))
            except ValueError:
                continue
        try:
            end = self._read(offset + count_size + len(table), slot)
        except ValueError:  # cut off behind the last entry, as some cameras do
            return directory, 0
        return directory, self._unpack("Q" if self.big else "I", end)

    def _read(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
        except OverflowError as error:
            raise ValueError("an offset beyond any file") from error
        data = self._file.read(length)
        if len(data) < length:
            raise ValueError("the file ends too early")
        return data

    def _unpack(self, code: str, data: bytes) -> int:
        try:
            return int(struct.unpack(self.order + code, data)[0])
        except struct.error as error:
            raise ValueError("the file ends too early") from error


def integers(directory: Directory, tag: int, order: str) -> tuple[int, ...]:
    """Return the whole numbers of an entry; none if it is missing or holds something else."""
    entry = directory.get(tag)
    code = _INTEGERS.get(entry.type) if entry else None
    return struct.unpack(f"{order}{entry.count}{code}", entry.raw) if entry and code else ()


def whole(kind: int, order: str, *values: int) -> Entry:
    """Return an entry of whole numbers."""
    return Entry(kind, len(values), struct.pack(f"{order}{len(values)}{_INTEGERS[kind]}", *values))


def rational(value: float, order: str) -> Entry:
    """Return an entry of one positive fraction."""
    denominator = 1 if value == round(value) else 10_000
    return Entry(RATIONAL, 1, struct.pack(order + "II", round(value * denominator), denominator))


def text(value: str) -> Entry:
    """Return an entry of text."""
    raw = value.encode("utf-8") + b"\0"
    return Entry(ASCII, len(raw), raw)


def pack(directory: Directory, at: int, order: str, *, big: bool = False, following: int = 0) -> bytes:
    """Return a directory, with its values behind it, as it has to stand at an offset.

    Args:
        directory: What it holds; written in the order of tags.
        at: Offset of its first byte in the file; even.
        order: "<" or ">".
        big: BigTIFF.
        following: Offset of the next directory; 0 for none.
    """
    slot, number = (8, "Q") if big else (4, "I")
    table = struct.pack(order + ("Q" if big else "H"), len(directory))
    values = b""
    values_at = at + len(table) + len(directory) * (4 + 2 * slot) + slot
    for tag, entry in sorted(directory.items()):
        table += struct.pack(order + "HH" + number, tag, entry.type, entry.count)
        if len(entry.raw) <= slot:
            table += entry.raw.ljust(slot, b"\0")
        else:
            table += struct.pack(order + number, values_at + len(values))
            values += entry.raw + b"\0" * (len(entry.raw) % 2)
    return table + struct.pack(order + number, following) + values
