"""What the window says of a run that has ended."""

import shutil

import pytest

from kmhc_desktop.app import App
from kmhc_desktop.queue.model import Filter
from kmhc_engine.jobs import State
from tests.desktop.conftest import write_photo
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait, states


@pytest.fixture
def failed(start, photos, qtbot) -> App:
    """A window with three photos after a run in which one failed."""
    (photos / "photo 1.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:300])
    app = start(photos)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    colourise(app, qtbot)
    return app


def test_only_photos_that_failed_in_this_run_are_told(failed, tmp_path, qtbot) -> None:
    assert failed.window.banner.text == "1 photo could not be colourised."
    write_photo(tmp_path / "later.jpg", 99)
    drop_and_wait(failed, qtbot, tmp_path / "later.jpg")
    colourise(failed, qtbot)
    assert states(failed) == [State.DONE, State.FAILED, State.DONE, State.DONE]
    assert not failed.window.banner.text


def test_photos_that_failed_before_are_counted_with_those_that_fail_now(failed, photos, tmp_path, qtbot) -> None:
    shutil.copy(photos / "photo 1.jpg", tmp_path / "later.jpg")
    drop_and_wait(failed, qtbot, tmp_path / "later.jpg")
    colourise(failed, qtbot)
    assert failed.window.banner.text == "2 photos could not be colourised."
    failed.window.banner._buttons[0].click()
    assert failed.window.pane.view.model().rowCount() == 2


def test_photos_that_stay_as_they_are_when_they_are_started_over_are_told(coloured, qtbot) -> None:
    window, variant = coloured.window, coloured.settings.current.variant
    window.actions_["select_all"].trigger()
    again = window.actions_["again"]
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        again.trigger()
    assert f"coloured with {variant} already" in window.banner.text
    assert [button.text() for button in window.banner._buttons] == ["Choose a variant…"]
    assert all(row.chroma for row in window.model.rows)
    coloured.settings.change(variant="KMHCNet_8")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        again.trigger()
    assert not window.banner.text
    assert states(coloured) == [State.DONE] * 3


def test_failed_photos_are_tried_again_from_the_message_that_tells_of_them(failed, photos, qtbot) -> None:
    window = failed.window
    show, retry = window.banner._buttons
    assert [show.text(), retry.text()] == ["Show", "Retry failed"]
    window.pane.show_only(Filter.FAILED)
    write_photo(photos / "photo 1.jpg", 90)
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        retry.click()
        assert window.model.rowCount() == 3  # an empty list would tell nothing
    assert states(failed) == [State.DONE] * 3


def test_nothing_is_told_of_failed_photos_that_are_off_the_list(failed) -> None:
    assert failed.window.banner.text
    failed.window.actions_["clear"].trigger()
    assert not failed.window.banner.text


def test_the_number_of_failed_photos_follows_when_one_is_replaced(failed, photos, tmp_path, qtbot) -> None:
    shutil.copy(photos / "photo 1.jpg", tmp_path / "later.jpg")
    drop_and_wait(failed, qtbot, tmp_path / "later.jpg")
    colourise(failed, qtbot)
    write_photo(photos / "photo 1.jpg", 90)
    drop_and_wait(failed, qtbot, photos)
    assert failed.window.banner.text == "1 photo could not be colourised."
    show, retry = failed.window.banner._buttons
    assert [show.text(), retry.text()] == ["Show", "Retry failed"]
    failed.window.banner.hide()
    failed.window.model.update(tmp_path / "later.jpg", state=State.WAITING)
    assert not failed.window.banner.text, "what was closed does not come back"
