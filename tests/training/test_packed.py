import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.training.conftest import colour_photo, save
from training import packed as packed_photos
from training.data import PAPER_FRACTIONS, Sample, Split, collect
from training.errors import TooFewPhotos
from training.packed import Census, Packed, decode, pack


def test_grey_tinted_and_broken_photos_are_left_out_and_counted(colour_folder, tmp_path):
    folder = colour_folder(6)
    grey = colour_photo(20)[..., 1]
    save(folder / "grey.png", np.stack([grey] * 3, -1))
    sepia = np.clip(grey[..., None] * np.array([1.0, 0.86, 0.65]) + [20, 10, 0], 0, 255).astype(np.uint8)
    save(folder / "sepia.png", sepia)
    whole = save(folder / "cut.png", colour_photo(21)).read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    census = pack(collect(folder), tmp_path, side=32, seed=0).census
    assert (census.found, census.grey, census.tinted) == (9, 1, 1)
    assert census.train + census.val + census.test == 6
    assert len(census.broken) == 1
    assert "cut.png" in census.broken[0]


def test_packed_photos_open_again_with_their_pixels(colour_folder, tmp_path):
    packed = pack(collect(colour_folder(4, height=64, width=160)), tmp_path, side=32, seed=0)
    again = Packed.at(tmp_path)
    assert again is not None
    assert again.samples == packed.samples
    assert again.photo(2).shape == (32, 51, 3)  # the strip is cut to 1.6 times its short side
    np.testing.assert_array_equal(again.photo(2), packed.photo(2))


def test_weight_split_and_group_are_packed_with_a_photo(colour_folder, tmp_path):
    columns = {"weight": ["2", "1", "0.5"], "split": ["test", "train", "val"], "group": ["I", "VI", ""]}
    packed = pack(collect(colour_folder(3, columns)), tmp_path, side=32, seed=0)
    assert [(sample.weight, sample.split, sample.group) for sample in packed.samples] == [
        (2.0, Split.TEST, "I"),
        (1.0, Split.TRAIN, "VI"),
        (0.5, Split.VAL, ""),
    ]
    assert [packed.indices(split).tolist() for split in (Split.TRAIN, Split.VAL, Split.TEST)] == [[1], [2], [0]]


class Drawn:
    """Draws the lowest of all numbers, or the highest."""

    def __init__(self, *, highest: bool) -> None:
        self.highest = highest

    def integers(self, low: int, high: int) -> int:
        return high - 1 if self.highest else low


@pytest.mark.parametrize("lying", [True, False])
def test_squares_are_from_the_middle_or_from_anywhere_up_to_the_edges(colour_folder, tmp_path, lying):
    size = {"height": 64, "width": 96} if lying else {"height": 96, "width": 64}
    packed = pack(collect(colour_folder(2, **size)), tmp_path, side=32, seed=0)
    photo, length = packed.photo(1), 48
    assert photo.shape == ((32, length, 3) if lying else (length, 32, 3))
    for square, start in (
        (packed.square(1), 8),
        (packed.square(1, Drawn(highest=False)), 0),
        (packed.square(1, Drawn(highest=True)), length - 32),
    ):
        np.testing.assert_array_equal(square, photo[:, start : start + 32] if lying else photo[start : start + 32])


@pytest.mark.parametrize("name", ["photos.json", "photos.u8"])
@pytest.mark.parametrize("damage", [lambda whole: whole[:-9], lambda whole: whole + b"more", lambda _: b"[]"])
def test_packed_photos_that_are_damaged_are_none(colour_folder, tmp_path, name, damage):
    pack(collect(colour_folder(4)), tmp_path, side=32, seed=0)
    (tmp_path / name).write_bytes(damage((tmp_path / name).read_bytes()))
    assert Packed.at(tmp_path) is None


def test_discarded_photos_leave_no_files_behind(colour_folder, run):
    pack(collect(colour_folder(4)), run, side=32, seed=0)
    Packed.discard(run)
    assert Packed.at(run) is None
    assert [*run.iterdir()] == []


def test_photos_that_were_half_packed_are_not_taken_for_those_packed_before(colour_folder, run):
    samples = collect(colour_folder(4))
    pack(samples, run, side=32, seed=0)

    def interrupt(done, total):
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(samples[::-1], run, side=32, seed=0, told=interrupt)
    assert Packed.at(run) is None


def test_each_photo_is_told_when_it_is_packed(colour_folder, tmp_path):
    told = []
    pack(collect(colour_folder(3)), tmp_path, side=32, seed=0, told=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_many_photos_are_packed_in_their_order_each_once(tmp_path, monkeypatch):
    monkeypatch.setattr(packed_photos, "decode", lambda path, side: colour_photo(int(path.stem), side, side))
    samples = [Sample(Path(f"{n}.jpg"), f"{n}.jpg", split=Split.TRAIN) for n in range(600)]
    packed = pack(samples, tmp_path, side=8, seed=0)
    assert packed.samples == samples
    np.testing.assert_array_equal(packed.photo(599), colour_photo(599, 8, 8))


def test_the_seed_and_the_shares_decide_the_split(colour_folder, tmp_path):
    samples = collect(colour_folder(12))

    def held_out(seed, fractions=PAPER_FRACTIONS):
        packed = pack(samples, tmp_path, side=32, seed=seed, fractions=fractions)
        return packed.indices(Split.TEST).tolist()

    assert held_out(1) == held_out(1) != held_out(2)
    assert len(held_out(1, (0.5, 0.0, 0.5))) == 6


def test_unreadable_photos_are_named_and_never_called_colourless(tmp_path):
    (tmp_path / "index.csv").write_text("path\n" + "".join(f"{n}.png\n" for n in range(5)))
    with pytest.raises(TooFewPhotos, match=r"^None of the 5 photos can be read: .*0\.png: it cannot be read"):
        pack(collect(tmp_path), tmp_path, side=32, seed=0)
    assert str(Census(9, broken=("a: x.", "b: x.", "c: x.", "d: x."))).endswith("4 unreadable (a: x. b: x. c: x. …)")


def test_photos_without_colour_are_not_called_unreadable_because_one_is(tmp_path):
    for n in range(2):
        save(tmp_path / "photos" / f"{n}.png", colour_photo(n)[..., 1])
    (tmp_path / "photos" / "empty.png").touch()
    with pytest.raises(TooFewPhotos, match=r"^None of the 3 photos have .* Not readable: empty\.png: it is empty\.$"):
        pack(collect(tmp_path / "photos"), tmp_path, side=32, seed=0)


def test_a_photo_keeps_its_colours_when_packed(tmp_path):
    folder = tmp_path / "photos"
    for n in range(2):
        flat = colour_photo(n, 64, 64)
        flat[:, :32] = (200, 40, 40)
        save(folder / f"{n}.png", flat)
    packed = pack(collect(folder), tmp_path, side=64, seed=0)
    np.testing.assert_allclose(packed.photo(0)[32, 8], (200, 40, 40), atol=2)


@pytest.mark.parametrize("lying", [True, False])
def test_wide_photos_are_as_sharp_as_others_when_packed(tmp_path, lying):
    blocks = np.random.default_rng(0).integers(0, 256, (32, 128, 3), dtype=np.uint8)
    photo = np.kron(blocks, np.ones((10, 10, 1), np.uint8))  # 1280 x 320
    packed = decode(save(tmp_path / "wide.png", photo if lying else photo.transpose(1, 0, 2)), 320)
    expected = photo[:, 384:896]  # 1.6 times the short side, from the middle
    np.testing.assert_array_equal(packed if lying else packed.transpose(1, 0, 2), expected)


def test_a_photo_smaller_than_wanted_is_enlarged_without_steps(tmp_path):
    packed = decode(save(tmp_path / "small.png", colour_photo(1, 16, 16)), 64)
    assert packed.shape == (64, 64, 3)
    assert (packed[:, 1:] == packed[:, :-1]).all(-1).mean() < 0.1


def test_packed_photos_go_to_other_processes_without_their_pixels(colour_folder, tmp_path):
    packed = pack(collect(colour_folder(4)), tmp_path, side=64, seed=0)
    sent = pickle.dumps(packed)
    assert len(sent) < 1000
    np.testing.assert_array_equal(pickle.loads(sent).photo(1), packed.photo(1))


def test_one_photo_is_too_few(colour_folder, tmp_path):
    with pytest.raises(TooFewPhotos, match="Only 1 of 1"):
        pack(collect(colour_folder(1)), tmp_path, side=32, seed=0)
