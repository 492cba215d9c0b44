import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.conftest import colour_photo, save
from training.batches import PhotoSampler, spread
from training.data import Sample, Split, collect, fingerprint, near_duplicates, split_up, write_split
from training.errors import TooFewPhotos, TrainingError
from training.packed import Census, pack


def samples(count: int) -> list[Sample]:
    return [Sample(Path(f"/photos/{n}.jpg"), f"{n}.jpg") for n in range(count)]


def distinct(count: int) -> list[int]:
    return [int(h) for h in np.random.default_rng(1).integers(0, 2**64, count, dtype=np.uint64)]


def test_a_folder_tree_is_taken_whole_and_other_files_are_passed_over(tmp_path):
    save(tmp_path / "a.png", colour_photo(1))
    save(tmp_path / "deep" / "er" / "b.jpg", colour_photo(2))
    (tmp_path / "notes.txt").write_text("no photo")
    assert [sample.name for sample in collect(tmp_path)] == ["a.png", "deep/er/b.jpg"]


def test_what_is_empty_or_only_in_the_cloud_is_named_among_what_cannot_be_read(colour_folder, tmp_path):
    folder = colour_folder(3)
    (folder / "empty.jpg").touch()
    (folder / ".beach.jpg.icloud").write_bytes(b"bplist00")
    (folder / "notes.txt").write_text("no photo")
    census = pack(collect(folder), tmp_path, side=32, seed=0).census
    assert (census.found, len(census.broken)) == (5, 2)
    assert census.broken[0].startswith(".beach.jpg.icloud: only a placeholder is on this computer")
    assert census.broken[1] == "empty.jpg: it is empty."


def test_a_folder_that_cannot_be_learnt_from_says_why(tmp_path):
    (tmp_path / "colourised" / ".kmhc").mkdir(parents=True)
    with pytest.raises(TooFewPhotos, match="colourised: it is an output folder of KMHC; choose the folder with"):
        pack(collect(tmp_path / "colourised"), tmp_path, side=32, seed=0)


def test_an_index_gives_weights_splits_and_groups(colour_folder):
    folder = colour_folder(3, {"weight": ["2", "", "0.5"], "split": ["train", "val", ""], "group": ["I", "VI", ""]})
    first, second, third = collect(folder)
    assert (first.weight, first.split, first.group) == (2.0, Split.TRAIN, "I")
    assert (second.weight, second.split, second.group) == (1.0, Split.VAL, "VI")
    assert (third.weight, third.split) == (0.5, None)


def test_splits_are_known_in_any_spelling_and_unknown_ones_refused_lest_test_photos_teach(tmp_path):
    index = tmp_path / "index.csv"
    index.write_text("path,split\na.png,Test\nb.png, TRAIN \nc.png,validation\n")
    assert [sample.split for sample in collect(index)] == [Split.TEST, Split.TRAIN, Split.VAL]
    index.write_text("path,split\na.png,holdout\n")
    with pytest.raises(TrainingError, match=r"the split 'holdout' of a\.png is none of train, val, test"):
        collect(index)


def test_an_index_in_another_encoding_is_refused_where_its_names_are_none(tmp_path):
    (tmp_path / "index.csv").write_bytes("path\nGroßmutter.png\n".encode("cp1252"))
    with pytest.raises(TrainingError, match=r"no photo Gro.*save the index as UTF-8"):
        collect(tmp_path)


def test_the_first_folder_of_an_index_names_the_split(tmp_path):
    (tmp_path / "index.csv").write_text("path,weight\ntest/x/1.png,1\nother/2.png,1\n")
    assert [sample.split for sample in collect(tmp_path)] == [Split.TEST, None]


@pytest.mark.parametrize("name", ["./test/x/1.png", "Test/1.png", "validation/1.png", "test//1.png"])
def test_a_first_folder_names_the_split_however_it_is_written_lest_test_photos_teach(tmp_path, name):
    (tmp_path / "index.csv").write_text(f"path\n{name}\n")
    assert collect(tmp_path)[0].split is (Split.VAL if "val" in name else Split.TEST)


@pytest.mark.skipif(os.name != "nt", reason="elsewhere a backslash is a letter of a name")
def test_a_first_folder_names_the_split_behind_a_backslash_too(tmp_path):
    (tmp_path / "index.csv").write_text("path\ntest\\1.png\n")
    assert collect(tmp_path)[0].split is Split.TEST


@pytest.mark.parametrize(
    "text", ["name\n1.png\n", *(f"path,weight\n1.png,{w}\n" for w in ("much", "-1", "inf", "nan")), "weight,path\n1\n"]
)
def test_a_damaged_index_is_refused_by_name(tmp_path, text):
    (tmp_path / "index.csv").write_text(text)
    with pytest.raises(TrainingError, match=r"index\.csv is no index"):
        collect(tmp_path)


def test_an_index_as_spreadsheets_write_it_is_read(tmp_path):
    (tmp_path / "index.csv").write_bytes("\ufeffPath; Weight ;Split\r\na.png;1.5;Test\r\n".encode())
    (sample,) = collect(tmp_path)
    assert (sample.path, sample.weight, sample.split) == (tmp_path / "a.png", 1.5, Split.TEST)


def test_a_fault_in_an_index_is_told_with_its_line(tmp_path):
    (tmp_path / "index.csv").write_text("path,weight\n1.png,1\n2.png,much\n")
    with pytest.raises(TrainingError, match=r"line 3: the weight 'much' is no number"):
        collect(tmp_path)


def test_a_photo_in_the_place_of_a_folder_is_told_what_is_wanted(tmp_path):
    with pytest.raises(TrainingError, match=r"a\.png is no index of photos .*Give a folder of colour photos"):
        collect(save(tmp_path / "a.png", colour_photo(0)))


@pytest.mark.parametrize("again", ["000.png", "./000.png", "../colour/000.png"])
def test_an_index_that_has_a_photo_in_two_splits_is_refused(colour_folder, again):
    folder = colour_folder(3)
    index = folder / "index.csv"
    index.write_text(f"path,split\n000.png,train\n001.png,train\n{again},test\n")
    with pytest.raises(
        TrainingError, match=r"index\.csv lists .*000\.png twice: its split is train, then test \(line 4"
    ):
        collect(folder)
    index.write_text(f"path,split\n000.png,train\n{again},train\n")
    assert len(collect(folder)) == 2  # drawn twice as often


def test_photos_of_which_none_has_colour_are_not_called_0(colour_folder, tmp_path):
    folder, run = colour_folder(1), tmp_path / "run"
    run.mkdir()
    save(folder / "grey.png", colour_photo(1)[..., 1])
    with pytest.raises(TooFewPhotos, match=r"^Only 1 of 2 photos have colour\. Add"):
        pack(collect(folder), run, side=32, seed=0)
    (folder / "000.png").unlink()
    with pytest.raises(TooFewPhotos, match=r"^None of the 1 photos have colour\. Add"):
        pack(collect(folder), run, side=32, seed=0)


def test_what_photos_are_for_is_told_without_jargon():
    told = "23 photos: 12 to learn from, 3 to tune by, 4 held out; left out: 1 grey, 2 tinted, 1 unreadable (a: x.)"
    assert str(Census(23, 1, 2, ("a: x.",), 12, 3, 4)) == told


def test_a_missing_or_empty_folder_is_refused_by_name(tmp_path):
    with pytest.raises(TrainingError, match="nowhere is no folder"):
        collect(tmp_path / "nowhere")
    with pytest.raises(TrainingError, match="holds no photos"):
        collect(tmp_path)


def test_fingerprints_survive_scaling_and_jpeg_and_tell_photos_apart(tmp_path):
    import cv2

    photo = colour_photo(3, 200, 240)
    path = save(tmp_path / "again.jpg", cv2.resize(photo, (120, 100), interpolation=cv2.INTER_AREA))
    again = cv2.imread(str(path))[..., ::-1]
    same = (fingerprint(photo) ^ fingerprint(np.ascontiguousarray(again))).bit_count()
    other = (fingerprint(photo) ^ fingerprint(colour_photo(4))).bit_count()
    assert same <= 6 < other


def test_near_duplicates_differ_by_six_bits_at_most_and_chain_into_one_group():
    assert near_duplicates([0, 0b111111, 0b111111111111, 0b1111111 << 20]).tolist() == [0, 0, 0, 3]


def test_the_split_is_seventy_twenty_ten():
    counts = Counter(sample.split for sample in split_up(samples(200), distinct(200), seed=0))
    assert counts == {Split.TRAIN: 140, Split.VAL: 40, Split.TEST: 20}


@given(st.randoms(use_true_random=False), st.integers(0, 5))
def test_the_split_depends_on_photos_and_seed_but_not_on_their_order(random, seed):
    pairs = list(zip(samples(30), distinct(30), strict=True))
    expected = {s.name: s.split for s in split_up(*map(list, zip(*pairs, strict=True)), seed=seed)}
    random.shuffle(pairs)
    assert {s.name: s.split for s in split_up(*map(list, zip(*pairs, strict=True)), seed=seed)} == expected


def test_another_seed_splits_otherwise():
    first, second = (split_up(samples(50), distinct(50), seed=seed) for seed in (0, 1))
    assert [s.split for s in first] != [s.split for s in second]


def test_duplicates_stay_together_and_follow_the_one_that_has_its_split():
    hashes = distinct(20)
    hashes[10:] = hashes[:10]
    given = samples(20)
    given[13] = Sample(given[13].path, given[13].name, split=Split.TEST)
    split = [sample.split for sample in split_up(given, hashes, seed=0)]
    assert split[:10] == split[10:]
    assert split[3] is Split.TEST


def test_a_duplicate_of_what_teaches_never_judges_though_another_of_them_does():
    judging, teaching, free = samples(3)
    given = [replace(judging, split=Split.TEST), replace(teaching, split=Split.TRAIN), free]
    assert split_up(given, [7, 7, 7], seed=0)[2].split is Split.TRAIN


def test_the_written_split_reads_back_the_same(colour_folder, tmp_path):
    folder = colour_folder(10, {"group": ["I", "VI"] * 5, "weight": ["2", "0.5"] * 5})
    split = split_up(collect(folder), distinct(10), seed=0)
    write_split(tmp_path, split)
    again = collect(tmp_path / "split.csv")
    assert again == [replace(sample, name=sample.path.as_posix()) for sample in split]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_written_split_names_photos_whose_names_are_no_unicode(tmp_path):
    photo = save(tmp_path / "1.png", colour_photo(1)).rename(tmp_path / os.fsdecode(b"Gro\xdf.png"))
    write_split(tmp_path, [Sample(photo, photo.name, split=Split.TEST)])
    assert [sample.path for sample in collect(tmp_path / "split.csv")] == [photo]


def sampled(ranks: int, rank: int = 0, weights=(1, 1, 1, 1)) -> list[np.ndarray]:
    shares = np.array(weights, float)
    made = PhotoSampler(shares, np.arange(4), batch=4, steps=50, seed=0, rank=rank, ranks=ranks)
    return [photos for _, photos in made]


def test_devices_share_each_batch_without_seeing_a_photo_twice():
    for whole, *parts in zip(sampled(1), sampled(2, 0), sampled(2, 1), strict=True):
        assert sorted(np.concatenate(parts)) == sorted(whole)


def test_photos_are_drawn_as_often_as_their_weights_say():
    drawn = np.concatenate(sampled(1, weights=(9, 1, 0, 0)))
    assert np.bincount(drawn, minlength=4) / len(drawn) == pytest.approx([0.9, 0.1, 0, 0], abs=0.06)


def test_photos_are_drawn_by_weights_as_large_as_numbers_get():
    drawn = np.concatenate(sampled(1, weights=(1e308, 1e308, 1, 0)))
    assert set(drawn) == {0, 1}


def test_a_part_of_the_photos_is_from_everywhere_among_them():
    assert spread(np.arange(100, 400), 4).tolist() == [100, 200, 299, 399]
    assert spread(np.arange(3), 256).tolist() == [0, 1, 2]
