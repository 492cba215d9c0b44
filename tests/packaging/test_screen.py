import shutil

import pytest
import screen


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb or xdotool is not here")
def test_two_screens_do_not_get_into_each_others_way() -> None:
    one = screen.Screen()
    try:
        other = screen.Screen()
        try:
            assert other.display != one.display
            assert len(other.pixels()) == screen.WIDTH * screen.HEIGHT * 4
        finally:
            other.close()
        assert not one.is_painted()
    finally:
        one.close()
