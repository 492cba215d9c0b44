from pathlib import Path, PurePath

from kmhc_desktop.engine.unfinished import Unfinished
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

A, B, C = (Path(name) for name in "abc")


def found(*paths: Path) -> list[Found]:
    return [Found(path, PurePath(path)) for path in paths]


def names(part: tuple[Found, ...]) -> list[Path]:
    return [one.path for one in part]


def test_without_a_death_all_run_together() -> None:
    photos = Unfinished(found(A, B))
    assert names(photos.next_part()) == [A, B]
    photos.note(A, State.RUNNING)
    photos.note(A, State.DONE)
    photos.note(B, State.FAILED)
    assert not photos


def test_after_a_death_the_photos_in_hand_run_alone_and_then_the_rest() -> None:
    photos = Unfinished(found(A, B, C))
    photos.note(A, State.RUNNING)
    photos.note(B, State.RUNNING)
    failed, again = photos.engine_died(at_work=True)
    assert (failed, sorted(again)) == ([], [A, B])
    alone = names(photos.next_part())
    assert len(alone) == 1
    photos.note(alone[0], State.RUNNING)
    photos.note(alone[0], State.DONE)
    assert len(names(photos.next_part())) == 1


def test_the_photo_that_kills_twice_has_failed_and_the_innocent_go_on() -> None:
    photos = Unfinished(found(A, B, C))
    for path in (A, B):
        photos.note(path, State.RUNNING)
    photos.engine_died(at_work=True)
    deaths = 0
    while photos:
        part = names(photos.next_part())
        for path in part:
            photos.note(path, State.RUNNING)
            if path == A:
                deaths += 1
                failed, again = photos.engine_died(at_work=True)
                assert (failed, again) == ([A], [])
                break
            photos.note(path, State.DONE)
    assert deaths == 1


def test_two_deaths_in_company_prove_nothing() -> None:
    photos = Unfinished(found(A, B))
    for _ in range(2):
        photos.note(A, State.RUNNING)
        photos.note(B, State.RUNNING)
        failed, again = photos.engine_died(at_work=True)
        assert not failed
        assert set(again) == {A, B}


def test_an_engine_that_dies_before_it_tells_of_a_photo_was_at_the_first() -> None:
    photos = Unfinished(found(A, B, C))
    photos.note(A, State.DONE)
    assert photos.engine_died(at_work=True) == ([], [B])
    assert names(photos.next_part()) == [B]
    assert photos.engine_died(at_work=True) == ([B], [])
    assert names(photos.next_part()) == [C]


def test_what_runs_alone_is_to_blame_although_it_is_not_the_first() -> None:
    photos = Unfinished(found(A, B))
    photos.note(B, State.RUNNING)
    photos.engine_died(at_work=True)
    assert names(photos.next_part()) == [B]
    assert photos.engine_died(at_work=True) == ([B], [])


def test_an_engine_that_was_not_at_work_blames_no_photo() -> None:
    photos = Unfinished(found(A, B))
    assert photos.engine_died(at_work=False) == ([], [])
    assert names(photos.next_part()) == [A, B]
