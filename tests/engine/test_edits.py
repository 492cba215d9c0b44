import json
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmhc_engine import atomic
from kmhc_engine.chroma import Adjustments, Chroma
from kmhc_engine.edits import UNEDITED, Edits, edits_path, from_json, load_edits, save_edits, to_json
from kmhc_engine.errors import DiskFull
from kmhc_engine.hints import Hint
from kmhc_engine.outputs import OutputFolder

DRESS = Hint(((0.25, 0.5), (0.3, 0.625)), 0.01, (10.0, -50.0))
EDITED = Edits(Adjustments(1.25, -0.5, 0.75), (DRESS,))


def names(folder):
    return [path.name for path in folder.iterdir()]


unit = st.floats(0, 1)
ab = st.floats(-128, 128)
hints = st.builds(
    Hint,
    points=st.lists(st.tuples(unit, unit), min_size=1, max_size=5).map(tuple),
    radius=unit,
    ab=st.tuples(ab, ab),
)
adjustments = st.builds(Adjustments, st.floats(0, 4), st.floats(-1, 1), st.floats(0, 4))


@given(st.builds(Edits, adjustments, st.lists(hints, max_size=3).map(tuple)))
def test_edits_survive_being_written_as_text(edits):
    assert from_json(to_json(edits)) == edits


def test_hints_turn_with_the_photo():
    stroke, adjusted = Hint(((0.25, 0.5), (0.5, 0.75)), 0.01, (10.0, -50.0)), Adjustments(1.25)
    turned = Edits(adjusted, (replace(stroke, points=((0.5, 0.25), (0.25, 0.5))),))
    assert Edits(adjusted, (stroke,)).turned(1) == turned
    assert turned.turned(3) == turned.turned(2).turned(1) == Edits(adjusted, (stroke,))


def test_edits_survive_being_saved(tmp_path):
    path = edits_path(tmp_path / "photo-0.png")
    save_edits(EDITED, path)
    assert path.name == "photo-0.json"
    assert load_edits(path) == (EDITED, "")
    assert names(tmp_path) == ["photo-0.json"]


@pytest.mark.skipif(os.name == "nt", reason="folders are not synced there")
def test_saved_edits_are_on_the_disk_and_their_name_too(tmp_path, synced):
    save_edits(EDITED, tmp_path / "photo-0.json")
    assert synced == [(tmp_path / "photo-0.json").stat().st_ino, tmp_path.stat().st_ino]


def test_a_photo_without_a_file_is_unedited(tmp_path):
    assert load_edits(tmp_path / "none.json") == (UNEDITED, "")


def test_edits_are_kept_when_their_folder_is_taken_while_they_are_written(tmp_path, monkeypatch):
    with OutputFolder(tmp_path) as folder:
        path = edits_path(folder.chroma("photo", 0))
    real = atomic.sync_file

    def take_the_folder(temporary):
        monkeypatch.undo()
        with OutputFolder(tmp_path):
            pass
        return real(temporary)

    monkeypatch.setattr(atomic, "sync_file", take_the_folder)
    save_edits(EDITED, path)
    assert load_edits(path) == (EDITED, "")
    assert names(path.parent) == [path.name]


def test_edits_that_change_nothing_leave_no_file(tmp_path):
    path = tmp_path / "photo.json"
    save_edits(EDITED, path)
    save_edits(UNEDITED, path)
    save_edits(UNEDITED, path)
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"format": 99}',
        to_json(EDITED).replace("1.25", "NaN"),
        to_json(EDITED).replace("1.25", "99"),
        to_json(EDITED).replace('"saturation"', '"sat"'),
        json.dumps(json.loads(to_json(EDITED)) | {"hints": [{"points": [], "radius": 0.1, "ab": [0, 0]}]}),
        json.dumps(json.loads(to_json(EDITED)) | {"hints": [{"points": [[0.1]], "radius": 0.1, "ab": [0, 0]}]}),
        json.dumps(json.loads(to_json(EDITED)) | {"hints": 5}),
    ],
)
def test_a_damaged_file_is_set_aside_and_the_photo_counts_as_unedited(tmp_path, text):
    path = tmp_path / "photo.json"
    path.write_text(text)
    edits, warning = load_edits(path)
    assert edits == UNEDITED
    assert "photo.json" in warning
    assert names(tmp_path) == ["photo.json.damaged"]
    assert (tmp_path / "photo.json.damaged").read_text() == text


def test_bytes_that_are_no_text_are_set_aside_too(tmp_path):
    path = tmp_path / "photo.json"
    path.write_bytes(b"\xff\xfe\x00\x80")
    assert load_edits(path)[0] == UNEDITED
    assert not path.exists()


def test_a_write_that_fails_leaves_the_old_edits(tmp_path, monkeypatch):
    path = tmp_path / "photo.json"
    save_edits(EDITED, path)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "sync_file", full)
    with pytest.raises(DiskFull):
        save_edits(Edits(Adjustments(2.0)), path)
    assert load_edits(path) == (EDITED, "")
    assert names(tmp_path) == ["photo.json"]


def test_edits_apply_their_hints_to_the_colour():
    chroma = Chroma(np.zeros((40, 60, 2), np.float32), "KMHCNet_6", "abc")
    grey = np.full((400, 600), 128, np.uint8)
    assert EDITED.chroma(chroma, grey).ab[20, 16] == pytest.approx(DRESS.ab, abs=2)
    assert UNEDITED.chroma(chroma, grey) is chroma
