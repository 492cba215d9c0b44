from pathlib import Path, PurePath

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from kmhc_desktop.queue.model import Filter, Order, QueueModel
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

ROOT = Path("/photos")


def found(*names: str, **more: object) -> list[Found]:
    return [Found(ROOT / name, PurePath(name), size=len(name), modified_ns=at, **more) for at, name in enumerate(names)]


@pytest.fixture
def model(qapp) -> QueueModel:
    model = QueueModel()
    model.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return model


def shown(model: QueueModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_photos_come_in_the_order_of_the_scan_and_each_once(model: QueueModel) -> None:
    model.add(ROOT, found("b.jpg", "a.jpg"))
    model.add(ROOT, found("a.jpg", "c.jpg"))
    assert shown(model) == ["b.jpg", "a.jpg", "c.jpg"]


def test_a_refused_file_is_skipped_and_an_unreadable_one_has_failed(model: QueueModel) -> None:
    model.add(ROOT, found("note.jpg", refusal="it is not a photo"))
    model.add(ROOT, found("locked.jpg", refusal="it cannot be read", unreadable=True))
    assert model.row(ROOT / "note.jpg").state is State.SKIPPED
    assert model.row(ROOT / "locked.jpg").state is State.FAILED
    assert model.row(ROOT / "locked.jpg").reason == "it cannot be read"


def test_a_file_that_was_refused_and_has_been_replaced_by_a_photo_waits_in_its_place(model: QueueModel) -> None:
    names = ("note.jpg", "locked.jpg", "cut.jpg", "same.jpg", "working.jpg")
    model.add(ROOT, found(names[0], refusal="it is not a photo"))
    model.add(ROOT, found(*names[:2], refusal="it cannot be read", unreadable=True)[1:])
    model.add(ROOT, found(*names))
    for name in names[2:4]:
        model.update(ROOT / name, state=State.FAILED, reason="it is cut short or damaged", in_colour=True, seconds=9.0)
    model.update(ROOT / "working.jpg", state=State.RUNNING)
    model.show_only(Filter.FAILED)
    new = [Found(ROOT / name, PurePath(name), 99_999, 7) for name in names if name != "same.jpg"]
    model.add(ROOT, [*new, *found(*names)[3:4]])
    assert [row.state for row in model.rows] == [State.WAITING] * 3 + [State.FAILED, State.RUNNING]
    row = model.row(ROOT / "cut.jpg")
    assert (row.size, row.modified_ns, row.refusal, row.reason) == (99_999, 7, "", "")
    assert (row.in_colour, row.seconds) == (False, 0.0)
    assert shown(model) == ["same.jpg"]
    model.add(ROOT, [Found(ROOT / "cut.jpg", PurePath("cut.jpg"), 5, 8, refusal="it is not a photo")])
    assert (row.state, row.reason) == (State.SKIPPED, "it is not a photo")


def test_a_photo_that_is_done_stays_so_while_its_original_is_out_of_reach(model: QueueModel) -> None:
    model.add(ROOT, found("done.jpg"))
    model.update(ROOT / "done.jpg", state=State.DONE, output="done.jpg")
    path = ROOT / "done.jpg"
    model.add(ROOT, [Found(path, PurePath("done.jpg"), refusal="it cannot be read", unreadable=True)])
    assert (model.row(path).state, model.row(path).output) == (State.DONE, "done.jpg")


def test_a_change_is_told_of_one_row(model: QueueModel, qtbot) -> None:
    model.add(ROOT, found("a.jpg", "b.jpg", "c.jpg"))
    with qtbot.waitSignal(model.dataChanged) as heard:
        model.update(ROOT / "b.jpg", state=State.DONE)
    first, last, _ = heard.args
    assert (first.row(), last.row()) == (1, 1)


def test_many_changes_are_counted_once(model: QueueModel) -> None:
    model.add(ROOT, found("a.jpg", "b.jpg", "c.jpg"))
    counted: list[int] = []
    model.counted.connect(lambda: counted.append(1))
    rows = list(model.rows)
    model.update_all((Path(row.path), {"state": State.DONE}) for row in rows)
    assert model.states == {State.WAITING: 0, State.DONE: len(rows)}
    assert counted == [1]


def test_many_changes_are_shown_in_few_steps(model: QueueModel) -> None:
    names = [f"{number:03}.jpg" for number in range(200)]
    model.add(ROOT, found(*names))
    steps: list[str] = []
    model.dataChanged.connect(lambda first, last, _: steps.append(f"changed {first.row()} to {last.row()}"))
    model.rowsRemoved.connect(lambda _, first, last: steps.append(f"gone {first} to {last}"))
    model.rowsInserted.connect(lambda _, first, last: steps.append(f"came {first} to {last}"))
    model.update_all((ROOT / name, {"state": State.CANCELLED}) for name in names)
    model.show_only(Filter.WAITING)
    selected = QItemSelectionModel(model)
    selected.select(model.index_of(ROOT / "150.jpg"), QItemSelectionModel.SelectionFlag.Select)
    model.update_all((ROOT / name, {"state": State.DONE}) for name in [*names[:50], *names[100:150], *names[199:]])
    assert shown(model) == [*names[50:100], *names[150:199]]
    model.update_all((ROOT / name, {"state": State.WAITING}) for name in names)
    assert shown(model) == names
    assert steps == [
        "changed 0 to 199",
        *("gone 199 to 199", "gone 100 to 149", "gone 0 to 49"),
        *("changed 0 to 98", "came 99 to 199"),
    ]
    assert [index.data() for index in selected.selectedIndexes()] == ["150.jpg"]


def test_late_news_of_a_photo_that_is_gone_is_ignored(model: QueueModel) -> None:
    model.add(ROOT, found("a.jpg"))
    model.remove([ROOT / "a.jpg"])
    model.update(ROOT / "a.jpg", state=State.DONE)
    assert len(model) == 0
    assert not +model.states


def test_a_filter_follows_the_states(model: QueueModel) -> None:
    model.add(ROOT, found("a.jpg", "b.jpg", "c.jpg"))
    model.show_only(Filter.WAITING)
    model.update(ROOT / "b.jpg", state=State.DONE)
    assert shown(model) == ["a.jpg", "c.jpg"]
    model.update(ROOT / "b.jpg", state=State.WAITING)
    assert shown(model) == ["a.jpg", "b.jpg", "c.jpg"]
    model.show_only(Filter.DONE)
    assert shown(model) == []


@pytest.mark.parametrize("typed", ["jürgen", "ju\u0308rgen"])
def test_a_name_is_found_however_its_letters_are_put_together(model: QueueModel, typed) -> None:
    model.add(ROOT, found("J\u00fcrgen.jpg", "Ju\u0308rgen 2.jpg", "Jurgen 3.jpg"))
    model.show_only(Filter.ALL, typed, Order.NAME)
    assert shown(model) == ["Jürgen 2.jpg", "Jürgen.jpg"]


def test_search_and_order(model: QueueModel) -> None:
    model.add(ROOT, found("wedding 10.jpg", "Wedding 2.jpg", "dog.jpg"))
    model.show_only(Filter.ALL, "WEDDING", Order.NAME)
    assert shown(model) == ["wedding 10.jpg", "Wedding 2.jpg"]
    model.show_only(Filter.ALL, "", Order.SIZE)
    assert shown(model)[-1] == "dog.jpg"


def test_photos_that_come_later_find_their_place_in_the_order(model: QueueModel) -> None:
    model.show_only(Filter.ALL, order=Order.NAME)
    model.add(ROOT, found("z.jpg", "m.jpg"))
    selected = QItemSelectionModel(model)
    selected.select(model.index_of(ROOT / "z.jpg"), QItemSelectionModel.SelectionFlag.Select)
    model.add(ROOT, found("n.jpg", "b.jpg"))
    assert shown(model) == ["b.jpg", "m.jpg", "n.jpg", "z.jpg"]
    assert [index.data() for index in selected.selectedIndexes()] == ["z.jpg"]


def test_review_shows_the_tenth_that_is_most_unsure_worst_first(model: QueueModel) -> None:
    names = [f"{number:02}.jpg" for number in range(20)]
    model.add(ROOT, found(*names))
    for number, name in enumerate(names):
        model.update(ROOT / name, state=State.DONE, doubt=float(number % 13))
    model.show_only(Filter.REVIEW, order=Order.DOUBT)
    assert shown(model) == ["12.jpg", "11.jpg"]
    assert model.to_review == 2


def test_of_hundreds_of_photos_few_enough_to_look_at_are_reviewed(qapp) -> None:
    model, names = QueueModel(), [f"{number:03}.jpg" for number in range(800)]
    model.add(ROOT, found(*names))
    model.update_all((ROOT / name, {"state": State.DONE, "doubt": float(at)}) for at, name in enumerate(names))
    assert model.to_review == 28


def test_the_list_stays_while_one_reviews_and_new_unsure_ones_join(model: QueueModel) -> None:
    model.add(ROOT, found(*(f"{number:02}.jpg" for number in range(10)), "new.jpg", "sure.jpg"))
    for number in range(10):
        model.update(ROOT / f"{number:02}.jpg", state=State.DONE, doubt=float(number))
    model.show_only(Filter.REVIEW, order=Order.DOUBT)
    model.update(ROOT / "new.jpg", state=State.DONE, doubt=99.0)
    model.update(ROOT / "sure.jpg", state=State.DONE, doubt=0.1)
    assert shown(model) == ["new.jpg", "09.jpg"]


def test_of_very_few_photos_none_is_worth_more_of_a_look_than_the_others(model: QueueModel) -> None:
    model.add(ROOT, found("a.jpg", "b.jpg"))
    for name in ("a.jpg", "b.jpg"):
        model.update(ROOT / name, state=State.DONE, doubt=5.0)
    assert model.to_review == 0
    model.clear()
    assert model.to_review == 0


def test_the_counts_add_up(model: QueueModel) -> None:
    model.add(ROOT, found("a.jpg", "b.jpg", "c.jpg"))
    model.update(ROOT / "a.jpg", state=State.DONE)
    model.update(ROOT / "b.jpg", state=State.FAILED)
    assert dict(+model.states) == {State.DONE: 1, State.FAILED: 1, State.WAITING: 1}
    model.clear()
    assert not +model.states


def test_screen_readers_hear_name_state_and_reason(model: QueueModel) -> None:
    model.add(ROOT, found("a.jpg"))
    model.update(ROOT / "a.jpg", state=State.FAILED, reason="it is cut short")
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "a.jpg, Failed: it is cut short"


@pytest.mark.parametrize("name", ["odd\udcff.jpg", "odd\ud83d.jpg"])
def test_names_that_are_no_text_are_shown_somehow(model: QueueModel, name) -> None:
    model.add(ROOT, found(name))
    assert shown(model) == ["odd\N{REPLACEMENT CHARACTER}.jpg"]


def test_with_ten_thousand_photos_a_change_touches_one_row(qapp, monkeypatch) -> None:
    model = QueueModel()
    inserted, reset, changed = [], [], []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append(last - first + 1))
    model.modelReset.connect(lambda: reset.append(1))
    model.dataChanged.connect(lambda first, last, roles: changed.append(last.row() - first.row() + 1))
    for first in range(0, 10_000, 2_000):
        model.add(
            ROOT, [Found(ROOT / f"{n:06}.jpg", PurePath(f"{n:06}.jpg"), 10, n) for n in range(first, first + 2_000)]
        )
    assert inserted == [2_000] * 5
    looked_at = []
    passes = QueueModel._passes
    monkeypatch.setattr(QueueModel, "_passes", lambda self, row: looked_at.append(1) or passes(self, row))
    model.update(ROOT / "009999.jpg", state=State.DONE)
    assert (len(looked_at), changed, reset) == (1, [1], [])
    looked_at.clear()
    model.show_only(Filter.ALL, "99", Order.NAME)
    assert (len(looked_at), reset) == (10_000, [1])
    assert not hasattr(model.shown(0), "__dict__"), "100,000 of them stay small"
