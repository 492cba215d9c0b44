"""What a person changes about photos reaches their files, whatever comes between."""

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QItemSelectionModel

from kmhc_desktop import dialogs
from kmhc_desktop.app import App
from kmhc_desktop.settings import SaveEdits
from kmhc_desktop.variant_model import choices
from kmhc_desktop.viewer import open_photos, saving
from kmhc_desktop.viewer.compare_grid import Scope
from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.errors import DiskFull, OutputError
from kmhc_engine.jobs import State
from tests.desktop.conftest import write_photo
from tests.desktop.test_window import PATIENCE, drop_and_wait, states

GREY = Adjustments(saturation=0.0)


def is_grey(output: str | Path | None) -> bool:
    return int(np.ptp(np.asarray(Image.open(output)).astype(int), axis=-1).max()) <= 4


def test_photos_that_could_not_be_adjusted_like_the_others_are_named(coloured, monkeypatch) -> None:
    rows = list(coloured.window.model.rows)

    def full(edits: Edits, path: Path) -> None:
        if path == edits_path(Path(rows[1].chroma)):
            raise OutputError("The disk is full.")
        save_edits(edits, path)

    monkeypatch.setattr("kmhc_desktop.viewer.desk.save_edits", full)
    coloured.window.actions_["select_all"].trigger()
    coloured.window.desk.panel.apply_to_others_requested.emit(GREY)
    assert "1 other photo" in coloured.window.banner.text
    assert "photo 1.jpg" in coloured.window.banner.text
    assert "The disk is full." in coloured.window.banner.text
    assert load_edits(edits_path(Path(rows[2].chroma)))[0] == Edits(GREY)


def adjust(app: App, adjustments: Adjustments) -> None:
    """Adjust the photo that shows, as its panel would."""
    panel = app.window.desk.panel
    panel._change(Edits(adjustments, panel.edits.hints), "")


def click(app: App, number: int, *, ctrl: bool = False) -> None:
    """Click a card."""
    flags = QItemSelectionModel.SelectionFlag
    pane = app.window.pane
    pane.view.selectionModel().setCurrentIndex(
        app.window.model.index(number), flags.Select if ctrl else flags.ClearAndSelect
    )


def kept(app: App) -> list[Adjustments]:
    """Return the adjustments that are stored for the photos."""
    app.window.desk._keep_pending()
    return [load_edits(edits_path(Path(row.chroma)))[0].adjustments for row in app.window.model.rows]


@pytest.mark.parametrize("asks_first", [True, False])
def test_photos_that_are_selected_later_are_adjusted_like_the_one_that_was_adjusted(coloured, asks_first) -> None:
    panel = coloured.window.desk.panel
    adjust(coloured, GREY)
    if asks_first:
        panel._others.click()
        assert "photo 0.jpg: select other photos" in coloured.window.banner.text
    for number in (1, 2):
        click(coloured, number, ctrl=True)
    panel._others.click()
    assert kept(coloured) == [GREY] * 3
    assert "2 other photos are adjusted like photo 0.jpg" in coloured.window.banner.text
    assert panel.edits.adjustments == GREY, "the panel shows what the last one has now"


def test_adjustments_go_to_another_photo_that_is_selected_alone(coloured) -> None:
    panel = coloured.window.desk.panel
    adjust(coloured, GREY)
    panel._others.click()
    click(coloured, 1)
    panel._others.click()
    assert kept(coloured) == [GREY, GREY, UNADJUSTED]
    click(coloured, 2)
    panel._others.click()
    assert "photo 2.jpg is not adjusted" in coloured.window.banner.text
    assert kept(coloured) == [GREY, GREY, UNADJUSTED]


def test_a_photo_that_is_not_adjusted_takes_no_edits_from_others(coloured) -> None:
    adjust(coloured, GREY)
    click(coloured, 1)
    click(coloured, 2, ctrl=True)
    coloured.window.desk.panel._others.click()
    assert "photo 2.jpg is not adjusted" in coloured.window.banner.text
    click(coloured, 0, ctrl=True)
    click(coloured, 1, ctrl=True)
    assert kept(coloured) == [GREY, UNADJUSTED, UNADJUSTED]


def test_adjustments_that_were_offered_give_way_to_those_of_a_photo_that_is_adjusted_later(coloured) -> None:
    warm, panel = Adjustments(warmth=0.5), coloured.window.desk.panel
    adjust(coloured, GREY)
    panel._others.click()
    click(coloured, 1)
    adjust(coloured, warm)
    click(coloured, 2, ctrl=True)
    panel._others.click()
    assert kept(coloured) == [GREY, warm, warm]


def test_a_save_that_failed_is_repeated_when_it_is_asked_for(coloured, qtbot, monkeypatch) -> None:
    desk, output = coloured.window.desk, coloured.window.pane.current.output
    with monkeypatch.context() as patched:
        patched.setattr(saving, "save_edited", _fail)
        desk.panel.adjusted.emit(Edits(GREY))
        with qtbot.waitSignal(desk.troubled, timeout=PATIENCE):
            desk.panel.save_requested.emit()
    assert "The disk is full." in coloured.window.banner.text
    with qtbot.waitSignal(desk._saving.saved, timeout=PATIENCE):
        desk.save_all()
    assert is_grey(output)


def _fail(*_: object) -> None:
    raise OutputError("The disk is full.")


def test_edits_that_could_not_be_stored_are_stored_when_it_is_asked_for_again(coloured, qtbot, monkeypatch) -> None:
    desk, output = coloured.window.desk, coloured.window.pane.current.output
    desk.panel.adjusted.emit(Edits(GREY))
    with monkeypatch.context() as patched, qtbot.assertNotEmitted(desk._saving.saved):
        patched.setattr("kmhc_desktop.viewer.desk.save_edits", _fail)
        desk.panel.save_requested.emit()
    assert "The disk is full." in coloured.window.banner.text
    with qtbot.waitSignal(desk._saving.saved, timeout=PATIENCE):
        desk.panel.save_requested.emit()
    assert is_grey(output)


def test_edits_that_could_not_be_stored_are_there_when_one_comes_back_to_their_photo(
    coloured, qtbot, monkeypatch
) -> None:
    desk = coloured.window.desk
    with monkeypatch.context() as patched:
        patched.setattr("kmhc_desktop.viewer.desk.save_edits", _fail)
        adjust(coloured, GREY)
        click(coloured, 1)
        assert desk.panel.edits.adjustments == UNADJUSTED
        click(coloured, 0)
        assert desk.panel.edits.adjustments == GREY
        click(coloured, 1)
    with qtbot.waitSignal(desk._saving.saved, timeout=PATIENCE) as saved:
        desk.save_all()
    assert saved.args[0].name == "photo 0.jpg"
    assert kept(coloured) == [GREY, UNADJUSTED, UNADJUSTED]


@pytest.fixture
def dead(coloured, monkeypatch) -> list[str]:
    """The first photo is adjusted, and cannot be stored as long as this is not empty; the second shows."""
    dead = [next(iter(coloured.window.model.rows)).chroma]

    def save(edits: Edits, path: Path) -> None:
        if path in [edits_path(Path(chroma)) for chroma in dead]:
            _fail()
        save_edits(edits, path)

    monkeypatch.setattr("kmhc_desktop.viewer.desk.save_edits", save)
    adjust(coloured, GREY)
    click(coloured, 1)
    return dead


def test_why_edits_could_not_be_stored_is_told_once_and_whenever_one_saves(coloured, dead) -> None:
    desk, said = coloured.window.desk, []
    assert "The disk is full." in coloured.window.banner.text
    desk.troubled.connect(said.append)
    for step in range(1, 6):
        adjust(coloured, Adjustments(warmth=step / 10))
        desk._keep_now()
    assert said == []
    for _ in range(2):
        desk.panel.save_requested.emit()
    desk.save_all()
    assert said == ["The disk is full."] * 3
    dead.clear()
    desk._keep_now()
    dead.append(next(iter(coloured.window.model.rows)).chroma)
    click(coloured, 0)
    adjust(coloured, UNADJUSTED)
    desk._keep_now()
    assert said == ["The disk is full."] * 4, "it was stored in between"


def test_edits_that_could_not_be_stored_go_with_their_photo(coloured, dead) -> None:
    window, said = coloured.window, []
    window.roots.forget([Path(next(iter(window.model.rows)).path)])
    window.desk.troubled.connect(said.append)
    adjust(coloured, GREY)
    window.desk.panel.save_requested.emit()
    assert said == []
    assert window.desk.all_stored, "closing need not ask"


def test_edits_of_a_photo_that_is_taken_off_at_once_are_stored(coloured) -> None:
    row = coloured.window.pane.current
    adjust(coloured, GREY)
    coloured.window.roots.clear()
    assert load_edits(edits_path(Path(row.chroma)))[0].adjustments == GREY


@pytest.mark.parametrize("when", SaveEdits)
def test_photos_that_do_not_show_are_written_once_their_edits_can_be_stored(coloured, dead, qtbot, when) -> None:
    coloured.window._settings.change(save_edits=when)
    desk, written = coloured.window.desk, []
    desk._saving.saved.connect(lambda path: written.append(path.name))
    dead.clear()
    adjust(coloured, GREY)
    with qtbot.waitSignal(desk._saving.drained, timeout=PATIENCE):
        desk._keep_now()
    assert written == ["photo 0.jpg", "photo 1.jpg"][: 1 + (when is SaveEdits.AT_ONCE)]


def test_photos_whose_edits_can_be_stored_when_another_one_is_left_are_written_too(coloured, dead, qtbot) -> None:
    desk = coloured.window.desk
    dead.clear()
    with qtbot.waitSignal(desk._saving.saved, timeout=PATIENCE) as saved:
        click(coloured, 2)
    assert saved.args[0].name == "photo 0.jpg"


def test_closing_asks_when_edits_could_not_be_stored(coloured, monkeypatch) -> None:
    window, asked = coloured.window, []
    window.confirm_close = lambda: bool(asked.append(1))
    with monkeypatch.context() as patched:
        patched.setattr("kmhc_desktop.viewer.desk.save_edits", _fail)
        adjust(coloured, GREY)
        window.close()
        assert asked == [1] and window.isVisible()
        assert "The disk is full." in window.banner.text
    window.close()
    assert asked == [1] and not window.isVisible(), "there is room again"
    assert kept(coloured)[0] == GREY


def test_what_closing_would_lose_is_told(coloured, monkeypatch) -> None:
    said = []
    monkeypatch.setattr(dialogs, "_agreed", lambda _, question, *__: bool(said.extend(question[1:])))
    monkeypatch.setattr("kmhc_desktop.viewer.desk.save_edits", _fail)
    adjust(coloured, GREY)
    coloured.window.close()
    assert said[0] == "Some adjustments are not stored."
    assert said[1].startswith("They will be lost.")


def test_a_full_disk_is_told_as_what_it_is(coloured, qtbot, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk = coloured.window.desk
    monkeypatch.setattr(saving, "encode", full)
    with qtbot.waitSignal(desk.troubled, timeout=PATIENCE):
        desk.panel.save_requested.emit()
    assert coloured.window.banner.text == "photo 0.jpg: the disk is full. Make room, then click “Save” again."
    monkeypatch.setattr(
        "kmhc_desktop.viewer.desk.save_edits", lambda *_: _raise(DiskFull("/photos/.kmhc/chroma: the disk is full."))
    )
    adjust(coloured, GREY)
    desk._keep_pending()
    assert coloured.window.banner.text == "photo 0.jpg: the disk is full. Make room, then click “Save” again."


def _raise(error: Exception) -> None:
    raise error


def test_the_photo_that_shows_is_written_whenever_it_is_asked_for(coloured, qtbot) -> None:
    with qtbot.waitSignal(coloured.window.desk._saving.saved, timeout=PATIENCE):
        coloured.window.desk.panel.save_requested.emit()


def test_photos_whose_saves_were_cut_off_are_written_after_the_next_start(coloured, start, qtbot) -> None:
    rows = list(coloured.window.model.rows)
    coloured.window.close()
    for row in rows[:2]:
        save_edits(Edits(GREY), edits_path(Path(row.chroma)))
    again = start()
    with qtbot.waitSignal(again.window.desk._saving.drained, timeout=PATIENCE):
        pass
    assert [is_grey(row.output) for row in rows] == [True, True, False]
    assert states(again) == [State.DONE] * 3


def test_a_photo_that_could_not_be_read_shows_once_it_is_tried_again(loaded, photos, qtbot) -> None:
    window, path = loaded.window, photos / "photo 0.jpg"
    told = "it cannot be read"
    window.model.update(path, state=State.FAILED, reason=told, refusal=told, unreadable=True)
    window.desk.show_row(window.model.row(path))
    assert not window.desk.view.canvas.panes()
    assert told in window.desk.view.canvas.accessibleDescription()
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.actions_["retry"].trigger()
    qtbot.waitUntil(lambda: window.desk.view.canvas.has_split, timeout=PATIENCE)


def test_a_variant_for_the_whole_folder_is_for_no_other_folder(start, photos, qtbot) -> None:
    (photos / "attic").mkdir()
    write_photo(photos / "attic" / "trunk.jpg", 90)
    window = start(photos).window
    qtbot.waitUntil(lambda: len(window.model) == 4, timeout=PATIENCE)
    window.pane.view.setCurrentIndex(window.pane.view.model().index(0, 0))
    with qtbot.waitSignal(window.desk.variant_chosen) as told:
        window.desk.grid.chosen.emit("KMHCNet_8", Scope.FOLDER)
    folder = Path(window.pane.current.path).parent
    assert [row.path for row in told.args[1]] == [str(path) for path in sorted(folder.glob("*.jpg"))]


def test_variants_that_came_while_others_are_compared_can_be_added(coloured, monkeypatch) -> None:
    here = choices()[:1]
    monkeypatch.setattr("kmhc_desktop.viewer.desk.choices", lambda: here)
    window = coloured.window
    window.actions_["compare"].trigger()
    here = [*here, replace(here[0], name="Mum & Dad")]  # its weights were imported
    menu = window.desk.grid._add.menu()
    menu.aboutToShow.emit()
    assert "Mum && Dad" in [action.text() for action in menu.actions()]


def test_a_photo_that_shows_is_not_decoded_again_to_compare_variants(coloured, qtbot, monkeypatch) -> None:
    desk = coloured.window.desk
    qtbot.waitUntil(lambda: not desk.view._loader._working, timeout=PATIENCE)
    decoded = open_photos.decoded
    opened: list[Path] = []
    monkeypatch.setattr(open_photos, "decoded", lambda path, *more: opened.append(path) or decoded(path, *more))
    coloured.window.actions_["compare"].trigger()
    qtbot.waitUntil(lambda: all(cell.panes() for cell in desk.grid.cells), timeout=PATIENCE)
    assert opened == []


def test_what_variants_made_while_they_were_not_compared_shows_when_they_are_again(loaded, qtbot) -> None:
    window = loaded.window
    with qtbot.waitSignal(window.run.previewed, timeout=PATIENCE):
        window.actions_["compare"].trigger()
        window.actions_["compare"].trigger()
    window.actions_["compare"].trigger()
    assert window.desk.grid.cells[0].chroma
    assert window.desk.view.canvas.waiting, "nobody asked for a preview"


def test_a_preview_stays_when_its_photo_turns_out_to_be_in_colour(loaded, photos, qtbot) -> None:
    window = loaded.window
    window.actions_["preview"].trigger()
    qtbot.waitUntil(lambda: window.desk.view.canvas.has_split, timeout=PATIENCE)
    window.model.update(photos / "photo 0.jpg", in_colour=True)
    assert window.desk.view.canvas.has_split


def test_a_preview_that_comes_while_variants_are_compared_shows_afterwards(start, photos, qtbot) -> None:
    window = start(photos).window
    qtbot.waitUntil(lambda: len(window.model) == 3, timeout=PATIENCE)
    answers = []
    window.run.previewed.connect(answers.append)
    window.actions_["preview"].trigger()
    window.actions_["compare"].trigger()
    qtbot.waitUntil(lambda: len(answers) == 1 + len(window.desk.grid.cells), timeout=PATIENCE)
    window.actions_["compare"].trigger()
    assert "at work" not in window.desk.view.canvas.waiting
    qtbot.waitUntil(lambda: window.desk.view.canvas.has_split, timeout=PATIENCE)


def test_a_photo_that_is_replaced_while_it_is_looked_at_shows_as_it_is_now(loaded, photos, qtbot) -> None:
    view, path = loaded.window.desk.view, photos / "photo 0.jpg"

    def width() -> int:
        return max((pane.picture.size.width() for pane in view.canvas.panes()), default=0)

    qtbot.waitUntil(lambda: width() == 64, timeout=PATIENCE)
    Image.new("L", (90, 60), 99).save(path)
    drop_and_wait(loaded, qtbot, photos)
    qtbot.waitUntil(lambda: width() == 90, timeout=PATIENCE)
