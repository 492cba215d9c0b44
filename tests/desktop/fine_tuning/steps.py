"""What a person does on the fine-tune page, with a stand-in for `kmhc train` in a process of its own."""

import sys
from pathlib import Path

from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from tests.desktop.fine_tuning import stub_training

PATIENCE = 30_000
STUB = [sys.executable, str(Path(stub_training.__file__))]


def colour_photos(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for number in range(22):
        (folder / f"{number}.jpg").touch()
    return folder


def reach(page: TrainingPage, qtbot, stage: Stage) -> None:
    qtbot.waitUntil(lambda: page.stage is stage, timeout=PATIENCE)


def check(page: TrainingPage, qtbot, folder: Path) -> None:
    page.setup.choose(folder)
    assert page.stage is Stage.CHECKING
    reach(page, qtbot, Stage.CHECKED)


def train(page: TrainingPage, qtbot, folder: Path) -> None:
    check(page, qtbot, folder)
    page.start()
    reach(page, qtbot, Stage.VERDICT)


def keep(page: TrainingPage, qtbot) -> None:
    with qtbot.waitSignal(page.kept, timeout=PATIENCE):
        page.buttons["keep"].click()


def stop_at_step_3(page: TrainingPage, qtbot) -> None:
    page.start()
    qtbot.waitUntil(lambda: len(page.watch.loss.points) == 3, timeout=PATIENCE)
    page.buttons["stop"].click()


def started_again(page: TrainingPage, qtbot) -> TrainingPage:
    """The page of a window that opens after this one's has closed."""
    page.end()
    later = TrainingPage(page._settings, page._runs, STUB)
    later.confirm_discard = lambda _: True
    qtbot.addWidget(later)
    return later


def left_behind(runs: Path, name: str = "2026-01-02 03.04.05") -> Path:
    """A run that was cut off while its photos were decoded."""
    folder = runs / name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    (folder / "photos.u8").write_bytes(bytes(1000))
    return folder


def bases(page: TrainingPage) -> list[str]:
    box = page.setup._base
    return [box.itemText(at) for at in range(box.count())]


def shown(page: TrainingPage) -> set[str]:
    return {name for name, button in page.buttons.items() if button.isVisible()}
