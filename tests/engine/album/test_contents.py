import errno
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kmhc_engine.album.contents import arrange, collect, gather, natural
from kmhc_engine.album.options import Options, Order
from kmhc_engine.errors import FolderInUse, OutputError
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder


def names(contents):
    return [photo.name for photo in contents.photos]


def test_photos_come_in_the_order_of_their_numbers_and_chapters_from_subfolders(family):
    for name in ("b/photo 10.jpg", "b/photo 2.jpg", "z.jpg", "a/x.jpg"):
        family.add(name)
    contents = collect(family.folder, Options())
    assert names(contents) == ["z.jpg", "a/x.jpg", "b/photo 2.jpg", "b/photo 10.jpg"]
    assert [chapter.title for chapter in contents.chapters] == ["", "a", "b"]
    assert contents.title == "Family"


def test_the_journal_leads_to_the_original_and_the_variant(family):
    family.add("a.jpg")
    (photo,) = collect(family.folder, Options()).photos
    assert photo.original == family.originals / "a.jpg"
    assert photo.told.colourised and photo.told.variant == "KMHCNet_6"


def test_a_missing_original_leaves_the_photo_without_one(family):
    family.add("a.jpg")
    (family.originals / "a.jpg").unlink()
    (photo,) = collect(family.folder, Options()).photos
    assert photo.original is None


def test_a_missing_colour_photo_is_listed_and_the_others_stay(family):
    family.add("a.jpg")
    family.add("gone.jpg").unlink()
    contents = collect(family.folder, Options())
    assert names(contents) == ["a.jpg"]
    assert [str(out) for out in contents.left_out] == ["gone.jpg: the colour photo is gone."]


def test_by_date_the_undated_come_last(family):
    family.add("a.jpg")
    family.add("b.jpg", taken="1954:07:12 10:00:00")
    family.add("c.jpg", taken="1912:01:01 00:00:00")
    contents = collect(family.folder, Options(order=Order.DATE))
    assert names(contents) == ["c.jpg", "b.jpg", "a.jpg"]
    assert contents.years == "1912–1954"


def test_by_hand_the_chosen_come_as_chosen_and_others_not_at_all(family):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        family.add(name)
    contents = collect(family.folder, Options(order=Order.HAND, chosen=("c.jpg", "a.jpg", "lost.jpg")))
    assert names(contents) == ["c.jpg", "a.jpg"]
    assert [out.name for out in contents.left_out] == ["lost.jpg"]


def test_a_photo_that_was_being_coloured_when_the_power_went_is_not_in_the_album(family):
    for name in ("a.jpg", "b.jpg"):
        family.add(name)
    family.record("b.jpg", State.RUNNING)
    assert names(collect(family.folder, Options())) == ["a.jpg"]


def test_favourites_are_rated_four_stars_or_five(family):
    for stars in (3, 4, 5, 99):  # the last is none of EXIF's
        colour = family.add(f"{stars}.jpg")
        with Image.open(colour) as image:
            exif = image.getexif()
            exif[0x4746] = stars
            image.save(colour, exif=exif)
    assert names(collect(family.folder, Options(favourites=True))) == ["4.jpg", "5.jpg"]
    for name in ("4.jpg", "5.jpg"):
        (family.folder / name).unlink()
    with pytest.raises(OutputError, match="is rated four stars or five"):
        collect(family.folder, Options(favourites=True))


def test_a_plain_folder_of_colour_photos_will_do_and_stays_as_it_is(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "notes.txt").write_text("no photo")
    assert names(collect(tmp_path, Options())) == ["a.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "notes.txt"]


def test_captions_by_hand_go_before_the_table_and_the_table_before_the_photo(family):
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        family.add(name, caption="of the photo")
    (family.folder / "captions.csv").write_text("file;caption;date\nA.JPG;of the table;1950\nb;of the table\n")
    contents = collect(family.folder, Options(captions={"a.jpg": "by hand", "d.jpg": ""}))
    told = {photo.name: photo.told for photo in contents.photos}
    assert [told[f"{n}.jpg"].caption for n in "abcd"] == ["by hand", "of the table", "of the photo", ""]
    assert told["a.jpg"].taken == "1950"


def test_a_folder_without_photos_is_refused_by_name(tmp_path):
    with pytest.raises(OutputError, match="no photo for the album"):
        collect(tmp_path, Options())
    with pytest.raises(OutputError, match="there is no such folder"):
        collect(tmp_path / "none", Options())


def test_a_folder_of_whose_photos_none_is_chosen_is_not_blamed(family):
    family.add("a.jpg")
    with pytest.raises(OutputError, match="no photo for the album is chosen"):
        arrange(gather(family.folder), Options(chosen=()))


def test_a_folder_on_a_disk_that_does_not_answer_is_not_there(tmp_path, monkeypatch):
    def is_dir(path):
        raise OSError(errno.EINVAL, "The specified network name is no longer available")  # as Windows says it

    monkeypatch.setattr(Path, "is_dir", is_dir)
    with pytest.raises(OutputError, match="no such folder"):
        gather(tmp_path / "share")


def test_a_folder_in_which_a_run_works_is_not_read(family):
    family.add("a.jpg")
    with OutputFolder(family.folder), pytest.raises(FolderInUse):
        collect(family.folder, Options())


def refuse(path):
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_a_folder_that_cannot_be_written_to_is_read(family, monkeypatch):
    family.add("a.jpg", caption="Minka")
    before = {path: path.stat().st_mtime_ns for path in family.folder.rglob("*")}
    monkeypatch.setattr("os.access", lambda path, mode: True)  # as Windows says of every folder, on a DVD too
    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(OutputFolder, "__enter__", lambda self: pytest.fail("it was written to"))
    (photo,) = gather(family.folder).photos.values()
    assert photo.original == family.originals / "a.jpg" and photo.told.variant == "KMHCNet_6"
    assert {path: path.stat().st_mtime_ns for path in family.folder.rglob("*")} == before


def test_a_damaged_journal_on_a_disk_that_cannot_be_written_to_is_named(family, monkeypatch):
    family.add("a.jpg")
    (family.folder / ".kmhc" / "journal.sqlite").write_bytes(b"no database" * 99)
    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(OutputError, match=r"journal\.sqlite: the journal cannot be read \(file is not a database\)"):
        gather(family.folder)


@given(st.lists(st.text(min_size=1)))
def test_any_names_can_be_sorted(some):
    keys = sorted(map(natural, some))
    assert all(a <= b for a, b in pairwise(keys))


def test_keys_tell_nothing_and_are_safe(family):
    family.add("<b>.jpg")
    (photo,) = collect(family.folder, Options()).photos
    assert photo.key.isalnum() and len(photo.key) == 16
    assert Path(photo.key).name == photo.key
