import errno
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
import pytest
from PIL import ExifTags, Image

from kmhc_engine.album.captions import Told
from kmhc_engine.album.copies import Conflict, Wish, copy_photos, filled
from kmhc_engine.album.work import Work
from kmhc_engine.chroma import Adjustments, Chroma
from kmhc_engine.edits import Edits, edits_path, save_edits
from kmhc_engine.errors import Cancelled, DiskFull, FolderInUse, OutputError
from kmhc_engine.originals import digest, stamp
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.photos import Format
from kmhc_engine.records import Fingerprint

PHOTO = ("Lake/a.b.jpg", Told(taken="1954-07-12", variant="KMHCNet_6"))


def copy(family, target, **wish):
    return copy_photos(family.folder, Wish(target, **wish), Work())


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def store_colour(family, name):
    """Keep orange as the stored colour of a photo, as a run does."""
    original = family.originals / name
    with OutputFolder(family.folder) as held:
        record = held.journal.get(held.key(original))
        held.journal.finish(replace(record, fingerprint=Fingerprint(*stamp(original), digest(original)), pages=1))
        path = held.chroma(record.chroma, 0)
    Chroma(np.full((24, 32, 2), (20, 40), np.float32), "KMHCNet_6", "0" * 64).save(path)
    return path


def test_a_pattern_names_photos_and_makes_folders():
    assert filled("{date} {name}", *PHOTO, 3, 120) == PurePath("1954-07-12 a.b")
    assert filled("{folder}/{number}", *PHOTO, 3, 120) == PurePath("Lake/003")
    assert filled("../{variant}: {name}?", *PHOTO, 1, 1) == PurePath("KMHCNet_6_ a.b_")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("{folder}_{name}", "_a"), ("{date}.{name}", "a"), ("{folder}/{name}", "a"), ("../{name}", "a")],
)
def test_a_field_that_is_empty_hides_no_photo(pattern, name):
    assert filled(pattern, "a.jpg", Told(), 1, 1) == PurePath(name)


@pytest.mark.parametrize("pattern", ["{name.__class__}", "{nme}", "{date}", "", "colour"])
def test_a_pattern_that_tells_no_photos_apart_is_refused(pattern):
    with pytest.raises(ValueError, match="{name"):
        filled(pattern, *PHOTO, 1, 1)


def test_copies_as_they_are_are_the_same_files(family, tmp_path):
    for name in ("a.jpg", "Lake/b.png"):
        family.add(name)
    made = copy(family, tmp_path / "usb", pattern="{folder}/{name}")
    assert names(tmp_path / "usb") == ["Lake/b.png", "a.jpg"] and len(made.paths) == 2
    assert (tmp_path / "usb" / "a.jpg").read_bytes() == (family.folder / "a.jpg").read_bytes()


def test_copies_without_metadata_keep_pixels_caption_and_provenance(family, tmp_path):
    colour = family.add("a.jpg", caption="Minka", taken="1954:07:12 10:00:00")
    copy(family, tmp_path / "usb", keep_metadata=False)
    path = tmp_path / "usb" / "a.jpg"
    with Image.open(path) as new, Image.open(colour) as old:
        assert not np.asarray(new).astype(int).__sub__(np.asarray(old)).any()
        assert not new.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert b"Minka" in path.read_bytes() and b"KMHC" in path.read_bytes() and b"SecretName" not in path.read_bytes()


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("format", Format)
def test_another_format_is_rendered_from_the_stored_colour_with_its_edits(family, tmp_path, format, keep):
    family.add("a.png", caption="Minka")
    chroma = store_colour(family, "a.png")
    copy(family, tmp_path / "one", format=format, keep_metadata=keep)
    save_edits(Edits(Adjustments(saturation=0.0)), edits_path(chroma))
    copy(family, tmp_path / "two", format=format, keep_metadata=keep)
    orange, grey = (np.asarray(Image.open(tmp_path / n / f"a{format.suffix}")).astype(int) for n in ("one", "two"))
    assert orange.shape == (72, 96, 3) and np.ptp(orange, axis=-1).mean() > 30 > 6 > np.ptp(grey, axis=-1).mean()
    assert b"compositeWithTrainedAlgorithmicMedia" in (tmp_path / "one" / f"a{format.suffix}").read_bytes()


@pytest.mark.parametrize("format", Format)
def test_a_photo_whose_original_is_gone_is_converted_and_says_so(family, tmp_path, format):
    family.add("a.jpg")
    (family.originals / "a.jpg").unlink()
    made = copy(family, tmp_path / "usb", format=format)
    assert "converted" in made.notes[0] and made.paths == (tmp_path / "usb" / f"a{format.suffix}",)
    with Image.open(made.paths[0]) as image:
        assert image.size == (96, 72)


def test_the_quality_is_heeded(family, tmp_path):
    family.add("a.jpg", size=(640, 480))
    sizes = []
    for quality in (30, 95):
        made = copy(family, tmp_path / str(quality), format=Format.JPEG, quality=quality)
        sizes.append(made.paths[0].stat().st_size)
    assert sizes[0] < sizes[1] / 2


@pytest.mark.parametrize(
    ("conflict", "there", "kept"),
    [
        (Conflict.NUMBER, ["a (2).jpg", "a.jpg"], True),
        (Conflict.SKIP, ["a.jpg"], True),
        (Conflict.REPLACE, ["a.jpg"], False),
    ],
)
def test_a_name_that_is_taken(family, tmp_path, conflict, there, kept):
    family.add("a.jpg")
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "a.jpg").write_bytes(b"mine")
    made = copy(family, tmp_path / "usb", conflict=conflict)
    assert names(tmp_path / "usb") == there
    assert ((tmp_path / "usb" / "a.jpg").read_bytes() == b"mine") is kept
    assert made.skipped == (conflict is Conflict.SKIP)


def test_photos_of_one_name_do_not_replace_each_other(family, tmp_path):
    for name in ("Lake/a.jpg", "Town/A.png", "Town/b.jpg"):
        family.add(name)
    copy(family, tmp_path / "usb", conflict=Conflict.REPLACE)
    assert names(tmp_path / "usb") == ["A (2).png", "a.jpg", "b.jpg"]


def test_originals_are_never_replaced(family):
    family.add("a.jpg")
    before = (family.originals / "a.jpg").read_bytes()
    copy(family, family.originals, conflict=Conflict.REPLACE)
    assert (family.originals / "a.jpg").read_bytes() == before
    assert names(family.originals) == ["a (2).jpg", "a.jpg"]


def test_originals_are_never_replaced_by_another_way_to_their_folder(family, tmp_path):
    family.add("a.jpg")
    family.add("Lake/b.jpg")
    before = [(family.originals / name).read_bytes() for name in ("a.jpg", "Lake/b.jpg")]
    (tmp_path / "link").symlink_to(family.originals)
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "Lake").symlink_to(family.originals / "Lake")
    copy(family, tmp_path / "link", conflict=Conflict.REPLACE)
    copy(family, tmp_path / "usb", conflict=Conflict.REPLACE, pattern="{folder}/{name}")
    assert [(family.originals / name).read_bytes() for name in ("a.jpg", "Lake/b.jpg")] == before


def test_colour_photos_are_never_replaced_by_their_copies(family, tmp_path):
    before = family.add("a.jpg").read_bytes()
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "link").symlink_to(family.folder)
    with pytest.raises(OutputError, match="the colour photos lie here already"):
        copy(family, tmp_path / "usb" / "link")
    copy(family, tmp_path / "usb", conflict=Conflict.REPLACE, pattern="link/{name}", keep_metadata=False)
    assert (family.folder / "a.jpg").read_bytes() == before


def test_only_the_chosen_are_copied_in_their_order(family, tmp_path):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        family.add(name)
    made = copy(family, tmp_path / "usb", chosen=("c.jpg", "a.jpg"), pattern="{number} {name}")
    assert [path.name for path in made.paths] == ["1 c.jpg", "2 a.jpg"]


def test_a_broken_photo_is_named_and_the_others_are_copied(family, tmp_path):
    family.add("a.jpg")
    family.add("b.jpg").write_bytes(b"\xff\xd8\xff")
    made = copy(family, tmp_path / "usb", format=Format.PNG)
    assert names(tmp_path / "usb") == ["a.png"] and made.left_out[0].startswith("b.jpg: ")


def test_no_copies_into_the_colourised_folder_itself(family):
    family.add("a.jpg")
    with pytest.raises(OutputError, match="Choose another folder"):
        copy(family, family.folder / "more")


def test_a_place_that_cannot_be_made_is_named(family, tmp_path):
    family.add("a.jpg")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        copy(family, tmp_path / "file" / "usb")


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, DiskFull, "the disk is full. Make room, or choose another place."),
        (errno.EIO, OutputError, "cannot be written to (Input/output error). Choose another folder."),
    ],
)
def test_a_disk_that_is_full_or_gone_ends_it_and_leaves_no_piece(family, tmp_path, monkeypatch, number, kind, says):
    family.add("a.jpg")

    def half(source, target):
        Path(target).write_bytes(b"half")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("shutil.copyfile", half)
    with pytest.raises(kind) as caught:
        copy(family, tmp_path / "usb")
    assert str(caught.value) == f"{tmp_path / 'usb'}: {says}"
    assert names(tmp_path / "usb") == []


def test_cancelling_leaves_whole_copies_only(family, tmp_path):
    for number in range(6):
        family.add(f"{number}.jpg")
    work = Work()
    work.progress = lambda done, total, name: work.token.cancel()
    with pytest.raises(Cancelled):
        copy_photos(family.folder, Wish(tmp_path / "usb"), work)
    assert all(Image.open(tmp_path / "usb" / name).size for name in names(tmp_path / "usb"))


_KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from kmhc_engine.album.copies import Wish, copy_photos
from kmhc_engine.album.work import Work

def half(source, target):
    Path(target).write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)

shutil.copyfile = half
copy_photos(Path(sys.argv[1]), Wish(Path(sys.argv[2])), Work())
"""


@pytest.mark.skipif(os.name == "nt", reason="links need a permission there")
def test_copies_go_into_a_subfolder_that_is_a_link_to_another_disk(family, tmp_path, monkeypatch):
    disk, target = tmp_path / "disk", tmp_path / "usb"
    disk.mkdir(), target.mkdir()
    (target / "Lake").symlink_to(disk)
    there, real_stat, real_link = disk.stat().st_ino, Path.stat, os.link

    def stat(path, **options):
        status = real_stat(path, **options)
        return os.stat_result((*status[:2], -1, *status[3:])) if status.st_ino == there else status

    def link(old, new):
        if Path(old).parent != Path(new).parent == target / "Lake":
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real_link(old, new)

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(Path, "replace", link)
    family.add("Lake/a.jpg")
    assert copy(family, target, pattern="{folder}/{name}").left_out == ()
    assert names(disk) == ["a.jpg"]


def test_photos_whose_originals_are_on_a_disk_that_does_not_answer_are_copied(family, tmp_path, monkeypatch):
    family.add("a.jpg")
    real = Path.stat

    def stat(path, **options):
        if path.is_relative_to(family.originals):
            raise OSError(errno.EINVAL, "The specified network name is no longer available")  # as Windows says it
        return real(path, **options)

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(os.path, "isdir", lambda path: Path(path) != family.originals)
    copy(family, tmp_path / "usb")
    assert names(tmp_path / "usb") == ["a.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_what_a_kill_left_is_cleared_away_by_the_next_copies(family, tmp_path):
    family.add("a.jpg")
    target = tmp_path / "usb"
    (target / "1950").mkdir(parents=True)
    others = target / "1950" / ".kmhc-0123456789ab.part"  # of a run that goes on there
    others.touch()
    killed = subprocess.run([sys.executable, "-c", _KILLED, family.folder, target], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert any(path.read_bytes() == b"half" for path in target.rglob("*") if path.is_file())
    copy(family, target)
    assert names(target) == ["1950/.kmhc-0123456789ab.part", "a.jpg"]
    assert sorted(path.name for path in target.iterdir()) == ["1950", "a.jpg"]


def test_two_exports_of_copies_to_one_place_do_not_meet(family, tmp_path):
    family.add("a.jpg")
    work = Work()

    def meet(*_):
        with pytest.raises(FolderInUse, match=f"{re.escape(str(tmp_path / 'usb'))}: another export to this place"):
            copy(family, tmp_path / "usb")

    work.progress = meet
    copy_photos(family.folder, Wish(tmp_path / "usb"), work)
    assert names(tmp_path / "usb") == ["a.jpg"]
