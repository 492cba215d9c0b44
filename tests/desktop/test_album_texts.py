"""What albums and copies tell of photos and places, in a German window."""

import re

import pytest

from kmhc_desktop.engine_texts import translated

ENGLISH = re.compile(r"\b(the|is|it|this|there|be|can|has|of|to|for|any|as|out)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "/x: another export to this album is going on. Wait until it has ended.",
        "/x: it cannot be made (Permission denied). Choose another folder.",
        "/x: no photo could be read, so there is no album. a.jpg: it is empty.",
        "/x: the album cannot be written (Permission denied). Choose another place.",
        "/x: the captions cannot be read (Permission denied). Save the table as CSV again.",
        "/x: the disk is full. Make room, or choose another place.",
        "/x: there are no photos to export. Choose some that are done.",
        "/x: there is already something of this name. Choose another name.",
        "/x: there is no such folder. Choose a folder with colourised photos.",
        "/x: this is a photo of the album. Choose another name.",
        "/x: this is not an album made by KMHC, so it stays as it is. Choose another place.",
        "/x/a.jpg: it is empty. The album shows it without its original.",
        "a.jpg: converted from the colour photo, for its original is gone or changed.",
        "a.jpg: it cannot be copied (Permission denied).",
        "a.jpg: it cannot be read (the JPEG is cut short).",
        "a.jpg: it cannot be read (the JPEG is damaged).",
        "a.jpg: it cannot be read (the PNG is cut short).",
        "a.jpg: it is not in the folder any more.",
        "a.jpg: the colour photo is gone.",
        "a.tif: became JPEG to leave its metadata out. Keep the metadata to keep the format.",
        "a.tif: became JPEG to leave its metadata out.",
        "This computer has no letters for some words: “?” stands for them.",
    ],
)
def test_what_an_album_tells_is_german_from_end_to_end(german, text):
    assert translated(text) != text and not ENGLISH.search(translated(text)), translated(text)
