"""Photos whose files are replaced by others while they are on the list."""

import os
from pathlib import PurePath

import pytest
from PIL import Image
from PySide6.QtCore import QObject, Signal

from kmhc_desktop.engine.messages import BatchEnded, BatchRequest, Compute, Progress
from kmhc_desktop.queue import scanning
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.run import Phase, Run
from kmhc_engine.jobs import Event, OutputSettings, State
from kmhc_engine.originals import digest
from kmhc_engine.scan import Found
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait, states


def look_again(app, start, photos, qtbot, again):
    """Drop the folder again, or start the window again."""
    if again == "dropped":
        drop_and_wait(app, qtbot, photos)
        return app
    app.window.close()
    app = start()
    qtbot.waitUntil(lambda: len(app.window.model) == 3 and not app.window.roots.scanning, timeout=PATIENCE)
    return app


@pytest.mark.parametrize("again", ["dropped", "started"])
def test_a_photo_that_is_done_waits_when_another_has_taken_its_place(coloured, start, photos, qtbot, again) -> None:
    Image.new("L", (90, 60), 99).save(photos / "photo 0.jpg")
    app = look_again(coloured, start, photos, qtbot, again)
    assert states(app) == [State.WAITING, State.DONE, State.DONE]
    row = app.window.model.row(photos / "photo 0.jpg")
    assert (row.output, row.chroma, row.doubt) == (None, None, None)
    assert app.window.desk.view.canvas.waiting == "Not in colour yet"
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 3
    with Image.open(photos.with_name("shoebox colourised") / "photo 0.jpg") as photo:
        assert photo.size == (90, 60)


@pytest.mark.parametrize("again", ["dropped", "started"])
def test_a_photo_of_which_only_the_time_changes_stays_done_and_is_read_once(
    coloured, start, photos, qtbot, monkeypatch, again
) -> None:
    read = []
    monkeypatch.setattr(scanning, "digest", lambda path: read.append(path.name) or digest(path))
    os.utime(photos / "photo 0.jpg", (1, 1))
    app = look_again(coloured, start, photos, qtbot, again)
    look_again(app, start, photos, qtbot, "dropped")
    assert states(app) == [State.DONE] * 3
    assert all(row.output and row.chroma for row in app.window.model.rows)
    assert read == ["photo 0.jpg"]


def test_a_photo_that_is_looked_at_gives_way_when_what_is_no_photo_takes_its_place(loaded, photos, qtbot) -> None:
    canvas = loaded.window.desk.view.canvas
    qtbot.waitUntil(lambda: bool(canvas.panes()), timeout=PATIENCE)
    (photos / "photo 0.jpg").write_text("Dear Ada")
    drop_and_wait(loaded, qtbot, photos)
    assert states(loaded)[0] is State.SKIPPED
    assert canvas.waiting.startswith("Skipped") and not canvas.panes()


def test_variants_are_compared_on_the_photo_that_has_taken_the_place_of_another(coloured, photos, qtbot) -> None:
    window = coloured.window

    def widths() -> list[int]:
        return [pane.picture.size.width() for cell in window.desk.grid.cells for pane in cell.panes()]

    window.actions_["compare"].trigger()
    qtbot.waitUntil(lambda: widths() == [64], timeout=PATIENCE)
    Image.new("L", (90, 60), 99).save(photos / "photo 0.jpg")
    drop_and_wait(coloured, qtbot, photos)
    qtbot.waitUntil(lambda: widths() == [90], timeout=PATIENCE)


class Engine(QObject):
    """Stands in for the worker; it does only what a test says."""

    reported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def run(self, request: BatchRequest) -> None:
        self.asked.append([one.path.name for one in request.found])


def test_a_photo_that_fails_and_is_replaced_while_a_run_goes_on_is_coloured_in_it(tmp_path, qtbot) -> None:
    engine, model, paces = Engine(), QueueModel(), []
    run = Run(model, engine, lambda root: root)
    run.paced.connect(paces.append)

    def found(name: str, modified_ns: int) -> Found:
        return Found(tmp_path / name, PurePath(name), 9, modified_ns)

    def end(name: str, state: State) -> None:
        engine.reported.emit(Progress(tmp_path / name, Event("", state)))

    model.add(tmp_path, [found("a.jpg", 1), found("b.jpg", 1)])
    run.start(Compute("KMHCNet_6"), OutputSettings())
    end("a.jpg", State.FAILED)
    qtbot.waitUntil(lambda: model.states[State.FAILED] == 1)
    model.add(tmp_path, [found("a.jpg", 2), found("b.jpg", 1)])
    run.take_in()
    assert paces[-1].total == 3
    end("b.jpg", State.DONE)
    engine.reported.emit(BatchEnded(1))
    qtbot.waitUntil(lambda: engine.asked == [["a.jpg", "b.jpg"], ["a.jpg"]])
    end("a.jpg", State.DONE)
    engine.reported.emit(BatchEnded(2))
    qtbot.waitUntil(lambda: run.phase is Phase.IDLE)
    assert engine.asked == [["a.jpg", "b.jpg"], ["a.jpg"]]
    assert (paces[-1].ended, paces[-1].total) == (3, 3)
