"""The whole way, as a person goes it: drop, colourise, compare, adjust, close and go on."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from kmhc_desktop import dialogs, thumbnails
from kmhc_desktop.app import App
from kmhc_desktop.queue import scanning, tones
from kmhc_desktop.queue.model import Filter
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.viewer import open_photos, photo_loader
from kmhc_desktop.viewer.compare_grid import Scope
from kmhc_engine.chroma import Adjustments, Chroma
from kmhc_engine.edits import Edits
from kmhc_engine.jobs import State
from tests.desktop import stub_engine
from tests.desktop.conftest import write_photo

PATIENCE = 30_000


def drop(app: App, *paths: Path) -> None:
    """Drop files on the window by real events."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(app.window, QDragEnterEvent(QPoint(300, 300), copy, data, left, none))
    QApplication.sendEvent(app.window, QDropEvent(QPointF(300, 300), copy, data, left, none))


def drop_and_wait(app: App, qtbot, *paths: Path) -> None:
    with qtbot.waitSignal(app.window.roots.scanned, timeout=PATIENCE):
        drop(app, *paths)


def colourise(app: App, qtbot) -> None:
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.actions_["start"].trigger()


def states(app: App) -> list[State]:
    return [row.state for row in app.window.model.rows]


def test_the_window_imports_no_torch() -> None:
    code = "import sys, kmhc_desktop.app; sys.exit(any(m in sys.modules for m in ('torch', 'kornia', 'cv2')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_empty_window_offers_a_place_to_drop(start) -> None:
    app = start()
    assert app.window.empty.isVisible()
    assert not app.window.actions_["start"].isEnabled()
    assert not app.window.banner.text


def test_the_first_photos_are_greeted_once_with_what_to_do(start, photos, qtbot) -> None:
    app = start(photos)
    qtbot.waitUntil(lambda: "Originals stay" in app.window.banner.text, timeout=PATIENCE)
    app.window.banner.hide()
    drop_and_wait(app, qtbot, photos)
    assert not app.window.banner.text


def test_who_first_sees_photos_that_are_done_is_told_what_to_do_with_those(coloured, start, photos, qtbot, monkeypatch):
    coloured.window.close()
    monkeypatch.setenv("KMHC_HOME", str(photos.parent / "another home"))
    app = start(photos)
    qtbot.waitUntil(lambda: bool(app.window.banner.text), timeout=PATIENCE)
    assert states(app) == [State.DONE] * 3
    assert "have their colour copies already" in app.window.banner.text
    assert "Colourise" not in app.window.banner.text


def test_drop_run_and_done(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    assert states(app) == [State.WAITING] * 3
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 3
    for row in app.window.model.rows:
        pixels = np.asarray(Image.open(row.output))
        assert np.ptp(pixels.astype(int), axis=-1).max() > 5, "still grey"
        assert Path(row.output).parent == photos.with_name("shoebox colourised")
    assert "3 done" in app.window.strip.text


def test_a_broken_photo_is_a_row_with_a_reason_and_the_others_go_on(start, photos, qtbot) -> None:
    (photos / "photo 1.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:300])
    app = start(photos)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    colourise(app, qtbot)
    assert states(app) == [State.DONE, State.FAILED, State.DONE]
    assert app.window.model.row(photos / "photo 1.jpg").reason
    assert app.window.banner.text
    write_photo(photos / "photo 1.jpg", 90)
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.actions_["retry"].trigger()
    assert states(app) == [State.DONE] * 3


def test_cancel_leaves_photos_that_can_be_run_again(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    with qtbot.waitSignal(app.window.run.phase_changed, check_params_cb=lambda phase: phase is Phase.RUNNING):
        app.window.actions_["start"].trigger()
    assert app.window.actions_["cancel"].isEnabled()
    with qtbot.waitSignal(app.window.run.finished, timeout=3_000):
        app.window.actions_["cancel"].trigger()
    assert set(states(app)) == {State.CANCELLED}
    assert app.window.actions_["start"].isEnabled()


def test_closing_while_it_works_asks_once_and_the_next_start_goes_on(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    app.window.actions_["start"].trigger()
    asked = []
    app.window.confirm_close = lambda: bool(asked.append(1))
    app.window.close()
    assert asked == [1]
    assert app.window.isVisible()
    app.window.confirm_close = lambda: True
    app.window.close()
    again = start()
    assert "not finished" in again.window.banner.text
    with qtbot.waitSignal(again.window.run.finished, timeout=PATIENCE):
        again.window.go_on()
    assert states(again) == [State.DONE] * 3


def test_a_window_that_is_killed_is_gone_on_with_at_the_next_start(start, photos, home, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    with qtbot.waitSignal(app.window.roots.scanned, timeout=PATIENCE):
        pass
    app.window.actions_["start"].trigger()
    left = (home / "window" / "session.json").read_text()
    app.window.confirm_close = lambda: True
    app.window.close()
    (home / "window" / "session.json").write_text(left)  # as it was, had it been killed
    again = start()
    assert "not finished" in again.window.banner.text
    qtbot.waitUntil(lambda: len(again.window.model) == 3, timeout=PATIENCE)


def test_the_next_start_knows_what_is_done(coloured, start, qtbot) -> None:
    coloured.window.close()
    again = start()
    qtbot.waitUntil(lambda: states(again) == [State.DONE] * 3, timeout=PATIENCE)
    assert not again.window.banner.text


def test_the_next_start_shows_the_list_of_photos_as_wide_as_it_was(loaded, start, qtbot) -> None:
    split = loaded.window._split
    narrow = split.sizes()[0] - 60
    split.setSizes([narrow, split.sizes()[1] + 60])
    loaded.window.close()
    again = start().window
    qtbot.waitUntil(again._split.isVisible, timeout=PATIENCE)
    assert abs(again._split.sizes()[0] - narrow) < 10  # a frame, perhaps


def test_a_damaged_session_is_set_aside_and_told(start, home) -> None:
    (home / "window").mkdir(parents=True)
    (home / "window" / "session.json").write_text('{"roots": 5')
    app = start()
    assert "set aside" in app.window.banner.text
    assert list((home / "window").glob("session.json.damaged-*"))


def test_an_adjusted_photo_is_saved_when_it_is_left(coloured, qtbot) -> None:
    row = coloured.window.pane.current
    before = np.asarray(Image.open(row.output)).astype(int)
    coloured.window.desk.panel.adjusted.emit(Edits(Adjustments(saturation=0.0)))
    with qtbot.waitSignal(coloured.window.desk._saving.saved, timeout=PATIENCE):
        coloured.window.actions_["next"].trigger()
    after = np.asarray(Image.open(row.output)).astype(int)
    assert np.ptp(after, axis=-1).max() <= 4 < np.ptp(before, axis=-1).max()


def test_variants_are_compared_and_the_winner_is_used(coloured, qtbot) -> None:
    desk = coloured.window.desk
    coloured.window.actions_["compare"].trigger()
    with qtbot.waitSignal(coloured.window.run.previewed, timeout=PATIENCE):
        desk.grid.requested.emit(("KMHCNet_8",))
    with qtbot.waitSignal(coloured.window.run.finished, timeout=PATIENCE):
        desk.grid.chosen.emit("KMHCNet_8", Scope.FOLDER)
    assert not coloured.window.actions_["compare"].isChecked()
    assert states(coloured) == [State.DONE] * 3


def test_during_a_run_finished_photos_stay_as_they_are(coloured, tmp_path, qtbot) -> None:
    window = coloured.window
    (tmp_path / "attic").mkdir()
    write_photo(tmp_path / "attic" / "photo 0.jpg", 99)
    drop_and_wait(coloured, qtbot, tmp_path / "attic")
    window.actions_["compare"].trigger()
    with qtbot.waitSignal(window.run.previewed, timeout=PATIENCE):
        window.desk.grid.requested.emit(("KMHCNet_8",))
    use = window.desk.grid._choices[Scope.FOLDER]
    assert use.isEnabled()
    window.actions_["start"].trigger()
    window.actions_["pause"].trigger()
    assert not use.isEnabled()
    window.start_over([row for row in window.model.rows if row.state is State.DONE], "KMHCNet_8")
    assert states(coloured)[:3] == [State.DONE] * 3
    assert "when the run has ended" in window.banner.text
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.actions_["pause"].trigger()
    assert all(row.chroma for row in window.model.rows) and use.isEnabled()


def test_filters_search_and_removal(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    app.window.pane.show_only(Filter.DONE)
    assert app.window.model.rowCount() == 0
    app.window.pane.show_only(Filter.ALL)
    app.window.actions_["select_all"].trigger()
    app.window.actions_["remove"].trigger()
    assert len(app.window.model) == 0
    assert len(list(photos.iterdir())) == 3, "originals are never touched"
    assert app.window.empty.isVisible()


def test_of_the_next_folder_all_photos_are_seen(loaded, photos, qtbot) -> None:
    pane = loaded.window.pane
    pane._search.setText("photo 1")
    qtbot.waitUntil(lambda: loaded.window.model.rowCount() == 1, timeout=PATIENCE)
    pane.show_only(Filter.DONE)
    loaded.window.actions_["clear"].trigger()
    drop_and_wait(loaded, qtbot, photos)
    assert loaded.window.model.rowCount() == 3
    assert pane.current is loaded.window.model.shown(0)
    assert not pane._search.text()
    assert pane._chips[Filter.ALL].isChecked()


def test_after_a_photo_is_taken_off_the_next_one_is_looked_at(loaded) -> None:
    loaded.window.actions_["next"].trigger()
    loaded.window.actions_["remove"].trigger()
    assert loaded.window.pane.current.name == "photo 2.jpg"
    loaded.window.actions_["remove"].trigger()
    assert loaded.window.pane.current.name == "photo 0.jpg"


def test_a_preview_says_that_it_is_at_work_and_what_came_of_it(loaded, qtbot) -> None:
    canvas, preview = loaded.window.desk.view.canvas, loaded.window.actions_["preview"]
    loaded.settings.change(variant="KMHCNet_1")
    with qtbot.waitSignal(loaded.window.run.previewed, timeout=PATIENCE):
        preview.trigger()
        assert "at work" in canvas.waiting
    assert "weights" in loaded.window.banner.text
    assert "at work" not in canvas.waiting
    loaded.settings.change(variant="KMHCNet_8")
    preview.trigger()
    qtbot.waitUntil(lambda: canvas.has_split, timeout=PATIENCE)
    colourise(loaded, qtbot)
    assert not preview.isEnabled(), "it is in colour"


def test_a_preview_outlives_a_run_that_is_cancelled(start, photos, qtbot) -> None:
    for number in range(3):
        write_photo(photos / f"photo {number}.jpg", 191)  # L of about 77
    app = start(photos, engine=stub_engine.serve_stuck)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    app.window.actions_["start"].trigger()
    qtbot.waitUntil(lambda: State.RUNNING in states(app), timeout=PATIENCE)
    write_photo(photos / "photo 0.jpg", 60)
    with qtbot.waitSignal(app.window.run.previewed, timeout=PATIENCE) as answer:
        app.window.actions_["preview"].trigger()
        app.window.actions_["cancel"].trigger()
    assert answer.args[0].chroma is not None


def test_a_photo_in_colour_is_skipped_unless_one_asks_for_it(start, tmp_path, qtbot) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3)).astype(np.uint8)
    (tmp_path / "box").mkdir()
    Image.fromarray(noise).save(tmp_path / "box" / "colour.png")
    app = start()
    drop_and_wait(app, qtbot, tmp_path / "box")
    colourise(app, qtbot)
    assert states(app) == [State.SKIPPED]
    app.window.pane.view.selectAll()
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.actions_["again"].trigger()
    assert states(app) == [State.DONE]


def test_another_variant_while_a_run_goes_on_is_for_the_next(loaded, qtbot) -> None:
    before = loaded.settings.current.variant
    loaded.window.actions_["start"].trigger()
    loaded.window.actions_["pause"].trigger()
    loaded.settings.change(variant="KMHCNet_8")
    assert f"goes on with {before}" in loaded.window.banner.text
    with qtbot.waitSignal(loaded.window.run.finished, timeout=PATIENCE):
        loaded.window.actions_["pause"].trigger()
    assert {Chroma.load(Path(row.chroma)).variant for row in loaded.window.model.rows} == {before}


def test_the_title_says_how_far_it_is_and_the_end_is_notified(loaded, qtbot, monkeypatch) -> None:
    titles, notices = [], []
    loaded.window.windowTitleChanged.connect(titles.append)
    monkeypatch.setattr(dialogs, "notify", lambda _, text: notices.append(text))
    colourise(loaded, qtbot)
    told = titles[:-1]
    assert (told[0], told[-1]) == ("0 of 3 done", "3 of 3 done")
    assert told == [title for ended in range(4) if (title := f"{ended} of 3 done") in told], "it only grows"
    assert loaded.window.windowTitle() == "KMHC"
    assert len(notices) == 1
    assert "3 done" in notices[0]


def test_adjustments_go_to_the_other_selected_photos_and_it_is_said(coloured) -> None:
    others = coloured.window.desk.panel._others
    others.click()
    assert "photo 0.jpg is not adjusted" in coloured.window.banner.text
    coloured.window.desk.panel.adjusted.emit(Edits(Adjustments(saturation=0.0)))
    coloured.window.desk.panel.apply_to_others_requested.emit(Adjustments(saturation=0.0))
    assert "photo 0.jpg: select other photos" in coloured.window.banner.text
    coloured.window.actions_["select_all"].trigger()
    coloured.window.desk.panel.apply_to_others_requested.emit(Adjustments(saturation=0.0))
    assert "2 other photos" in coloured.window.banner.text


def test_the_windows_thread_neither_decodes_nor_renders(start, photos, qtbot, monkeypatch) -> None:
    """Its time is measured by `make bench`."""
    threads: dict[str, set[bool]] = {}

    def watch(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def watched(*arguments: object, **options: object) -> object:
            threads.setdefault(name, set()).add(threading.current_thread() is threading.main_thread())
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, watched)

    for owner in (thumbnails, open_photos, tones):
        watch(owner, "open_photo")
    watch(photo_loader, "render")
    watch(photo_loader, "picture_of")
    watch(scanning, "scan")
    app = start()
    drop_and_wait(app, qtbot, photos)
    with qtbot.waitSignal(app.window.desk.view._loader.after_ready, timeout=PATIENCE):
        app.window.start()
    app.window.pane.thumbnails.stop()
    assert threads == {name: {False} for name in ("open_photo", "render", "picture_of", "scan")}


def test_the_counts_are_shown_some_times_a_second_however_many_photos_end(start, photos, qtbot, monkeypatch) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    shown = []
    monkeypatch.setattr(app.window.pane, "_show_counts", lambda: shown.append(1))
    app.window.pane._count_delay.timeout.disconnect()
    app.window.pane._count_delay.timeout.connect(app.window.pane._show_counts)
    for number in range(300):
        app.window.model.update(photos / "photo 0.jpg", seconds=float(number))
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [1]
