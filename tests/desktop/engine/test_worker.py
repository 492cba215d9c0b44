import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from types import SimpleNamespace

import psutil
import pytest
from PySide6.QtCore import QObject, Qt, Signal, Slot

from kmhc_desktop.engine.messages import (
    Batch,
    BatchEnded,
    BatchRequest,
    Compute,
    Go,
    Pause,
    Previewed,
    Progress,
    Ready,
    Trouble,
)
from kmhc_desktop.engine.process import load_network
from kmhc_desktop.engine.unfinished import Unfinished
from kmhc_desktop.engine.worker import Limits, Worker, _Running
from kmhc_engine.chroma import Chroma
from kmhc_engine.errors import VariantError, WeightsMissing
from kmhc_engine.jobs import Event, OutputSettings, State
from kmhc_engine.processes import awake_time
from kmhc_engine.scan import Found
from tests.desktop import stub_engine
from tests.desktop.conftest import write_photo

COMPUTE = Compute("KMHCNet_6")


class Ear(QObject):
    """Remembers what a worker reports, in the test's thread."""

    reported = Signal(object)

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.heard: list[object] = []
        worker.reported.connect(self._hear)

    @Slot(object)
    def _hear(self, report: object) -> None:
        self.heard.append(report)
        self.reported.emit(report)

    def states(self, name: str) -> list[State]:
        return [one.event.state for one in self.heard if isinstance(one, Progress) and one.source.name == name]

    def count(self, kind: type) -> int:
        return sum(isinstance(one, kind) for one in self.heard)


@pytest.fixture
def employ(tmp_path: Path, qapp) -> Iterator[object]:
    workers = []

    def begin(serve=stub_engine.serve, limits: Limits | None = None) -> tuple[Worker, Ear]:
        worker = Worker(tmp_path / "logs", serve, limits)
        workers.append(worker)
        ear = Ear(worker)
        worker.start()
        return worker, ear

    yield begin
    for worker in workers:
        worker.close()


def request(photos: Path, number: int = 1, compute: Compute = COMPUTE) -> BatchRequest:
    found = tuple(Found(path, PurePath(path.name)) for path in sorted(photos.iterdir()))
    return BatchRequest(Batch(number, compute, OutputSettings(), photos.with_name("results")), found)


def hears(kind: type):
    return lambda report: isinstance(report, kind)


def is_at_work(report: object) -> bool:
    return isinstance(report, Progress) and report.event.state is State.RUNNING


def test_a_batch_runs_in_a_child_and_every_photo_reaches_one_end(employ, photos, qtbot) -> None:
    worker, ear = employ()
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)) as ended:
        worker.run(request(photos))
    assert ended.args == [BatchEnded(1)]
    for number in range(3):
        assert ear.states(f"photo {number}.jpg") == [State.RUNNING, State.DONE]
    done = next(one for one in ear.heard if isinstance(one, Progress) and one.event.state is State.DONE)
    assert done.event.output.is_file()
    assert Chroma.load(done.chroma).variant == "KMHCNet_6"
    assert worker._process.pid != os.getpid()


def test_a_killed_engine_is_started_again_and_the_batch_goes_on(employ, photos, qtbot) -> None:
    worker, ear = employ(stub_engine.serve_slow)
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=is_at_work):
        worker.run(request(photos))
    worker._serve = stub_engine.serve
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)):
        worker._process.kill()
    assert ear.count(Trouble) == 1
    for number in range(3):
        assert ear.states(f"photo {number}.jpg")[-1] is State.DONE


@pytest.mark.parametrize("serve", [stub_engine.serve_deadly, stub_engine.serve_deadly_to_open])
def test_the_photo_that_kills_the_engine_twice_fails_and_the_others_do_not(employ, photos, qtbot, serve) -> None:
    write_photo(photos / "deadly.jpg", 191)  # L of about 77
    worker, ear = employ(serve)
    with qtbot.waitSignal(ear.reported, timeout=60_000, check_params_cb=hears(BatchEnded)) as ended:
        worker.run(request(photos))
    assert ended.args == [BatchEnded(1)]
    assert ear.states("deadly.jpg")[-1] is State.FAILED
    for number in range(3):
        assert ear.states(f"photo {number}.jpg")[-1] is State.DONE


def test_an_engine_that_was_started_again_has_more_time_until_there_is_progress(tmp_path, qapp) -> None:
    worker = Worker(tmp_path, stub_engine.serve, Limits(start=100.0))
    worker._deaths = 2
    worker._wait_for_word()
    assert worker._deadline - awake_time() > 300
    worker._heed(Progress(Path("photo.jpg"), Event("", State.RUNNING)))
    worker._wait_for_word()
    assert worker._deadline - awake_time() <= 100


def test_a_paused_batch_stays_so_in_an_engine_that_was_started_again(tmp_path, photos, qapp, monkeypatch) -> None:
    worker, asked = Worker(tmp_path, stub_engine.serve), request(photos)
    sent: list[object] = []
    monkeypatch.setattr(worker, "_send", sent.append)
    worker._running = _Running(asked.batch, Unfinished(asked.found), paused=True)
    worker._send_part()
    assert sent[-2:] == [Go(), Pause()]


@pytest.mark.parametrize(("paused", "blamed"), [(True, []), (False, ["photo 0.jpg"])])
def test_only_an_engine_that_was_not_to_pause_was_at_a_photo_when_it_died(
    tmp_path, photos, qapp, monkeypatch, paused, blamed
) -> None:
    worker, asked = Worker(tmp_path, stub_engine.serve), request(photos)
    reports: list[object] = []
    worker.reported.connect(reports.append, Qt.ConnectionType.DirectConnection)
    monkeypatch.setattr(worker, "_launch", lambda: None)
    worker._process, worker._loaded = SimpleNamespace(join=lambda: None, kill=lambda: None, exitcode=-9), True
    worker._running = _Running(asked.batch, Unfinished(asked.found), paused=paused)
    worker._died("it stopped by itself")
    assert [report.source.name for report in reports if isinstance(report, Progress)] == blamed


def test_an_engine_that_does_not_start_is_given_up_with_a_message(employ, photos, qtbot) -> None:
    worker, ear = employ(stub_engine.serve_nothing)
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)) as ended:
        worker.run(request(photos))
    assert "does not run" in ended.args[0].error


@pytest.mark.parametrize("step", ["_launch", "_send_part", "_listen"])
def test_after_a_fault_of_the_worker_the_next_start_gets_a_fresh_engine(
    employ, photos, qtbot, monkeypatch, step
) -> None:
    faults, sound = iter([OSError("Too many open files")]), getattr(Worker, step)

    def fail_once(worker: Worker) -> None:
        for fault in faults:
            raise fault
        sound(worker)

    monkeypatch.setattr(Worker, step, fail_once)
    worker, ear = employ()
    if step != "_send_part":
        qtbot.waitUntil(lambda: ear.count(Trouble) == 1, timeout=120_000)
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)) as ended:
        worker.run(request(photos))
    if step == "_send_part":
        assert "Too many open files" in ended.args[0].error
        with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)) as ended:
            worker.run(request(photos, number=2))
    assert not ended.args[0].error
    assert ear.states("photo 2.jpg")[-1] is State.DONE
    assert ear.count(Trouble) == 1


def test_photos_that_no_engine_can_be_had_for_are_given_back_at_once(employ, photos, qtbot, monkeypatch) -> None:
    def fail(worker: Worker) -> None:
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(Worker, "_launch", fail)
    worker, ear = employ()
    qtbot.waitUntil(lambda: ear.count(Trouble) == 1, timeout=120_000)
    worker.preview(photos / "photo 1.jpg", [COMPUTE], photos.with_name("previews"))
    worker.run(request(photos))
    qtbot.waitUntil(lambda: ear.count(BatchEnded) == ear.count(Previewed) == 1, timeout=120_000)
    assert all("Cannot allocate memory" in one.error for one in ear.heard if isinstance(one, BatchEnded | Previewed))


def test_what_nobody_waits_for_starts_no_engine_after_a_fault(employ, photos, qtbot, monkeypatch) -> None:
    launched = []

    def fail(worker: Worker) -> None:
        launched.append(worker)
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(Worker, "_launch", fail)
    worker, ear = employ()
    qtbot.waitUntil(lambda: ear.count(Trouble) == 1, timeout=120_000)
    worker.measure(COMPUTE, [(photos / "photo 0.jpg", photos / "colour.png", 0)])
    worker.cancel()
    worker.preview(photos / "photo 1.jpg", [COMPUTE], photos.with_name("previews"))
    qtbot.waitUntil(lambda: ear.count(Previewed) == 1, timeout=120_000)
    assert len(launched) == ear.count(Trouble) == 2, "at the start, and for the preview"


def test_a_silent_engine_is_noticed(employ, qtbot) -> None:
    _, ear = employ(stub_engine.serve_silently, Limits(start=0.3))
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(Trouble)) as heard:
        pass
    assert "did not start" in heard.args[0].text


def test_silence_while_it_loads_is_no_fault_and_later_it_is(employ, qtbot) -> None:
    _, ear = employ(stub_engine.serve_after_a_long_load, Limits(start=120, silence=0.2))
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(Trouble)) as heard:
        pass
    assert "did not answer" in heard.args[0].text
    assert ear.count(Ready) == 1


def test_a_photo_without_progress_is_noticed(employ, photos, qtbot) -> None:
    worker, ear = employ(stub_engine.serve_slow, Limits(photo=0.5))
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(Trouble)) as heard:
        worker.run(request(photos))
    assert "stuck" in heard.args[0].text


def test_cancel_is_answered_within_two_seconds_even_by_a_stuck_network(employ, photos, qtbot) -> None:
    worker, ear = employ(stub_engine.serve_slow)
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=is_at_work):
        worker.run(request(photos))
    with qtbot.waitSignal(ear.reported, timeout=2_000, check_params_cb=hears(BatchEnded)):
        worker.cancel()
    assert {ear.states(f"photo {number}.jpg")[-1] for number in range(3)} == {State.CANCELLED}


def test_a_paused_batch_goes_on_when_it_is_resumed(employ, photos, qtbot) -> None:
    worker, ear = employ()
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)):
        worker.run(request(photos))
        worker.pause()
        worker.preview(photos / "photo 0.jpg", [COMPUTE], photos.with_name("previews"))
        qtbot.waitUntil(lambda: ear.count(Previewed) == 1, timeout=120_000)
        worker.resume()
    assert ear.states("photo 2.jpg")[-1] is State.DONE


def test_the_computer_is_kept_awake_while_photos_are_coloured_and_only_then(employ, photos, qtbot, monkeypatch) -> None:
    steps: list[str] = []

    @contextlib.contextmanager
    def noted() -> Iterator[None]:
        steps.append("awake")
        yield
        steps.append("may sleep")

    monkeypatch.setattr("kmhc_desktop.engine.worker.kept_awake", noted)
    worker, ear = employ(stub_engine.serve_slow)
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=is_at_work):
        assert steps == []
        worker.run(request(photos))
    assert steps == ["awake"]
    worker.pause()
    qtbot.waitUntil(lambda: steps == ["awake", "may sleep"])
    worker.resume()
    qtbot.waitUntil(lambda: steps == ["awake", "may sleep", "awake"])
    worker.cancel()
    qtbot.waitUntil(lambda: steps == ["awake", "may sleep"] * 2)


def test_missing_weights_end_the_batch_with_a_message_that_helps(employ, photos, qtbot) -> None:
    worker, ear = employ()
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(BatchEnded)) as ended:
        worker.run(request(photos, compute=Compute("KMHCNet_1")))
    assert "no weights" in ended.args[0].error


def test_a_variant_that_is_none_is_told_apart_from_weights_that_are_gone() -> None:
    with pytest.raises(VariantError, match="'resnet99' is no encoder. Nearest: resnet"):
        load_network(Compute("unet++/resnet99/LAB/mse/none"))
    with pytest.raises(WeightsMissing, match="no weights called “Attic” here any more"):
        load_network(Compute("Attic"))


def test_previews_answer_once_for_each_variant(employ, photos, tmp_path, qtbot) -> None:
    worker, ear = employ()
    worker.preview(photos / "photo 1.jpg", [COMPUTE, Compute("KMHCNet_1")], tmp_path / "previews")
    qtbot.waitUntil(lambda: ear.count(Previewed) == 2, timeout=120_000)
    good, bad = (one for one in ear.heard if isinstance(one, Previewed))
    assert Chroma.load(good.chroma).variant == "KMHCNet_6"
    assert bad.chroma is None
    assert "weights" in bad.error


def test_a_preview_of_a_photo_that_is_gone_says_what_to_do(employ, photos, tmp_path, qtbot, not_there) -> None:
    worker, ear = employ()
    worker.preview(photos / "gone.jpg", [COMPUTE], tmp_path / "previews")
    qtbot.waitUntil(lambda: ear.count(Previewed) == 1, timeout=120_000)
    (answer,) = (one for one in ear.heard if isinstance(one, Previewed))
    says = rf"gone\.jpg: it cannot be read \({not_there}\)\. Check that it is still there\."
    assert re.fullmatch(says, answer.error)


def test_the_engine_ends_with_its_worker(employ, qtbot) -> None:
    worker, ear = employ()
    with qtbot.waitSignal(ear.reported, timeout=120_000, check_params_cb=hears(Ready)):
        worker.prepare(COMPUTE)
    process = psutil.Process(worker._process.pid)
    worker.close()
    assert not process.is_running()
    assert not worker._thread.isRunning()


ORPHAN = """
import os, sys
from multiprocessing import get_context
from pathlib import Path
from tests.desktop import stub_engine
if __name__ == "__main__":
    spawn = get_context("spawn")
    pipe, end = spawn.Pipe()
    child = spawn.Process(target=stub_engine.serve, args=(end, Path(sys.argv[1])))
    child.start()
    end.close()
    pipe.recv()
    print(child.pid, flush=True)
    os.kill(os.getpid(), 9)
"""


def test_the_engine_ends_when_the_window_is_killed(tmp_path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    window = psutil.Popen(
        [sys.executable, script, tmp_path], stdout=-1, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    engine = psutil.Process(int(window.stdout.readline()))
    assert psutil.wait_procs([window, engine], timeout=20)[1] == []


class Source(QObject):
    said = Signal(object)


def test_no_engine_begins_while_opencv_is_being_imported() -> None:
    code = """
import sys
from multiprocessing.context import SpawnProcess
from pathlib import Path
from kmhc_desktop.engine.worker import Worker
assert "cv2" not in sys.modules
SpawnProcess.start = lambda _: sys.exit("cv2" not in sys.modules)
Worker(Path("logs"))._launch()
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_five_thousand_signals_leave_the_count_of_none_alone(qapp) -> None:
    source, heard = Source(), []
    source.said.connect(heard.append)
    before = sys.getrefcount(None)
    for _ in range(5_000):
        source.said.emit(Trouble(""))
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < 1_000
    assert len(heard) == 5_000
