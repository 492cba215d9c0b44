"""What the engine says of thousands of photos at once."""

from dataclasses import replace
from pathlib import Path, PurePath

from PySide6.QtCore import QObject, Signal

from kmhc_desktop.engine.messages import Progress, Ready, Trouble
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.run import Run
from kmhc_engine.jobs import Event, State
from kmhc_engine.scan import Found

ROOT = Path("/photos")


class Voice(QObject):
    """Says what a worker would say."""

    reported = Signal(object)


def test_the_end_of_thousands_of_photos_at_once_is_shown_in_few_steps(qtbot) -> None:
    model, voice, names = QueueModel(), Voice(), [f"{number:04}.jpg" for number in range(3000)]
    model.add(ROOT, [Found(ROOT / name, PurePath(name)) for name in names])
    run, heard = Run(model, voice, lambda root: root), []
    model.counted.connect(lambda: heard.append("counted"))
    run.paced.connect(lambda _: heard.append("paced"))
    run.ready.connect(lambda _: heard.append("ready"))
    for name in names[:-1]:
        voice.reported.emit(Progress(ROOT / name, Event("", State.CANCELLED)))
    voice.reported.emit(Ready("Stub", "It is a test.", "fp32", ("cpu",)))
    voice.reported.emit(Progress(ROOT / names[-1], Event("", State.DONE)))
    qtbot.waitUntil(lambda: model.states[State.DONE] == 1)
    assert model.states[State.CANCELLED] == 2999
    assert heard.count("counted") <= 10
    assert heard[-3:] == ["ready", "paced", "counted"], "in the order in which it was said"


def test_a_report_that_cannot_be_heeded_takes_no_other_with_it(qtbot, monkeypatch) -> None:
    voice, heard = Voice(), []
    run = Run(QueueModel(), voice, lambda root: root)
    run.ready.connect(heard.append)
    heed, ready = run._heed, Ready("Stub", "It is a test.", "fp32", ("cpu",))

    def stumble(report: object) -> None:
        if isinstance(report, Trouble):
            raise ValueError("a fault of ours")
        heed(report)

    monkeypatch.setattr(run, "_heed", stumble)
    with qtbot.captureExceptions() as faults:
        for report in (ready, Trouble(""), Trouble(""), replace(ready, device="Other")):
            voice.reported.emit(report)
        qtbot.waitUntil(lambda: len(heard) == 2)
    assert [one.device for one in heard] == ["Stub", "Other"]
    assert len(faults) == 2, "each is told"
