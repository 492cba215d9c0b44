import threading

from kmhc_engine.budget import PixelBudget


def test_photos_go_in_while_there_is_room():
    budget = PixelBudget(100)
    assert [budget.take(pixels) for pixels in (60, 40)] == [60, 40]


def test_a_photo_waits_until_there_is_room():
    budget = PixelBudget(100)
    taken = budget.take(60)
    inside = threading.Event()
    thread = threading.Thread(target=lambda: (budget.take(41), inside.set()))
    thread.start()
    assert not inside.is_set()
    budget.give(taken)
    assert inside.wait(10)
    thread.join()


def test_a_photo_larger_than_the_whole_goes_alone():
    budget = PixelBudget(100)
    taken = budget.take(1000)
    assert taken == 100
    budget.give(taken)
    assert budget.take(100) == 100
