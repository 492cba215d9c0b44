import shlex
import sys

import pytest

from tests.training.runs import a_run
from training import running


@pytest.mark.skipif(sys.platform == "win32", reason="its commands have other quotes")
@pytest.mark.parametrize("name", ["run", "Grandma's album 2026-11-30 23.00.00"])
def test_the_command_that_goes_on_with_a_run_can_be_typed_as_it_is_told(tmp_path, name):
    told = str(running._stopped(a_run(tmp_path), tmp_path / name, 130))
    assert shlex.split(told.partition("To go on: ")[2]) == ["kmhc", "train", "--resume", str(tmp_path / name)]
