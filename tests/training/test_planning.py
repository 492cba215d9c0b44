from training.planning import _lasting
from training.recipe import PERSONAL, Run


def test_a_short_run_still_has_epochs_to_resume_from_and_a_long_one_keeps_their_length():
    run = Run("6", "", "none", "/photos", "Mine", PERSONAL, 1, 50)
    assert [(r.epochs, r.steps) for r in (_lasting(run, steps) for steps in (0.2, 2, 40, 1000))] == [
        (1, 1),
        (2, 1),
        (4, 10),
        (20, 50),
    ]
