from pathlib import Path

from kmhc_desktop.engine.doubts import doubts_path, load_doubts, save_doubts
from kmhc_desktop.engine.process import _doubt
from kmhc_engine.chroma import Chroma, network_input
from kmhc_engine.jobs import State
from kmhc_engine.photos import open_photo
from tests.desktop.stub_engine import StubColouriser


def test_doubts_are_kept_for_colours_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    for name in ("a-0.png", "b-0.png"):
        (tmp_path / "chroma" / name).touch()
    path = doubts_path(tmp_path / "chroma" / "a-0.png")
    save_doubts(path, {"a-0.png": 1.5})
    save_doubts(path, {"b-0.png": 2.5})
    assert load_doubts(path) == {"a-0.png": 1.5, "b-0.png": 2.5}
    (tmp_path / "chroma" / "a-0.png").unlink()
    save_doubts(path, {"b-0.png": 3.0})
    assert load_doubts(path) == {"b-0.png": 3.0}


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    for text in ("{", "[1]", '{"a": "much"}', '{"a": NaN}'):
        (tmp_path / "doubts.json").write_text(text)
        assert load_doubts(tmp_path / "doubts.json") == {}


def test_only_colours_of_the_same_weights_are_measured(photos: Path, tmp_path: Path) -> None:
    network, photo = StubColouriser("KMHCNet_6"), photos / "photo 0.jpg"
    with open_photo(photo) as opened:
        (ab,) = network.predict([network_input(opened.page(0).grey, network.side)])
    for number, weights in enumerate((network.weights, "0" * 64)):
        Chroma(ab, network.variant, weights).save(tmp_path / f"{number}.png")
    assert _doubt(photo, tmp_path / "0.png", 0, network) is not None
    assert _doubt(photo, tmp_path / "1.png", 0, network) is None


def test_doubts_are_measured_after_a_run_and_outlive_the_window(coloured, start, qtbot) -> None:
    qtbot.waitUntil(lambda: all(row.doubt is not None for row in coloured.window.model.rows), timeout=120_000)
    path = doubts_path(Path(next(iter(coloured.window.model.rows)).chroma))
    qtbot.waitUntil(lambda: len(load_doubts(path)) == 3, timeout=120_000)
    measured = [row.doubt for row in coloured.window.model.rows]
    coloured.window.close()
    again = start()
    qtbot.waitUntil(lambda: [row.doubt for row in again.window.model.rows] == measured, timeout=120_000)


def test_what_was_not_measured_when_the_window_closed_is_measured_next_time(loaded, start, qtbot) -> None:
    loaded.window.run.measure = lambda compute: None
    with qtbot.waitSignal(loaded.window.run.finished, timeout=120_000):
        loaded.window.start()
    assert [row.state for row in loaded.window.model.rows] == [State.DONE] * 3
    loaded.window.close()
    again = start()
    qtbot.waitUntil(lambda: all(row.doubt is not None for row in again.window.model.rows), timeout=120_000)
