"""The window on a real screen: an X server, a window manager, and clicks that come from outside of the program."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.conftest import write_photo

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "real-window"
TOOLS = ("Xvfb", "openbox", "xdotool")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="it takes an X server"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {MISSING}; packaging/debian-packages.txt has them"),
]


class Screen:
    """A program on an X display of its own."""

    def __init__(self, display: str, program: subprocess.Popen[str]) -> None:
        self._display, self.program = display, program
        self.shown: dict[str, Any] = {}

    def until(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Read what the program says until something holds; pytest's own limit ends a wait in vain."""
        assert self.program.stdout is not None
        while not self.shown or not condition(self.shown):
            line = self.program.stdout.readline()
            assert line, "the program has ended"
            said = json.loads(line)
            if "places" in said:
                self.shown = said
        return self.shown

    def do(self, *command: object) -> None:
        subprocess.run(["xdotool", *map(str, command)], env=os.environ | {"DISPLAY": self._display}, check=True)

    def click(self, name: str) -> None:
        x, y = self.until(lambda shown: shown["places"][name])["places"][name]
        self.do("mousemove", "--sync", x, y, "click", 1)

    def photograph(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(f"{PICTURES / name}.png\n")
        self.program.stdin.flush()
        while "saved" not in (said := json.loads(self.program.stdout.readline())):
            self.shown = said
        assert (PICTURES / f"{name}.png").stat().st_size > 20_000, "the screen is empty"


@pytest.fixture
def begin(home: Path) -> Iterator[Callable[..., Screen]]:
    """Starts the program on an empty screen, with the folders that it is given."""
    with ExitStack() as stack:

        def run(*command: str, **more: Any) -> subprocess.Popen[str]:
            program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)
            stack.callback(program.wait)
            stack.callback(program.kill)
            return program

        server = run(
            "Xvfb", "-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", stderr=subprocess.DEVNULL
        )
        assert server.stdout is not None
        display = f":{server.stdout.readline().strip()}"
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "KMHC_HOME": str(home)}
        run("openbox", env=environment, stderr=subprocess.DEVNULL)

        def start(*paths: Path) -> Screen:
            command = (sys.executable, "-m", "tests.desktop.real_window", *map(str, paths))
            return Screen(display, run(*command, env=environment, cwd=ROOT, stdin=subprocess.PIPE))

        yield start


def test_a_person_colourises_compares_and_adjusts_with_mouse_and_keyboard(
    begin: Callable[..., Screen], photos: Path
) -> None:
    screen = begin(photos)
    screen.until(lambda shown: shown["active"] and shown["states"] == ["waiting"] * 3)
    screen.photograph("1-loaded")
    screen.click("start")
    screen.until(lambda shown: shown["states"] == ["done"] * 3)
    screen.photograph("2-done")
    x, y = screen.until(lambda shown: shown["places"]["canvas"])["places"]["canvas"]
    screen.do("mousemove", "--sync", x, y, "mousedown", 1, "mousemove", "--sync", x - 80, y, "mouseup", 1)
    screen.until(lambda shown: shown["split"] < 0.45)
    screen.click("adjust")
    screen.click("saturation")
    screen.do("key", "Home")
    screen.until(lambda shown: shown["saturation"] == 0.0)
    screen.photograph("3-adjusted")
    screen.do("key", "ctrl+q")
    assert screen.program.wait(60) == 0


def test_a_person_closes_in_the_middle_and_goes_on_at_the_next_start(
    begin: Callable[..., Screen], photos: Path
) -> None:
    for number in range(3, 40):
        write_photo(photos / f"photo {number}.jpg", 40 + 3 * number)
    screen = begin(photos)
    screen.until(lambda shown: shown["active"] and shown["states"] == ["waiting"] * 40)
    screen.click("start")
    screen.until(lambda shown: "done" in shown["states"])
    screen.do("key", "ctrl+p")  # the run would go on, and perhaps end, while the program asks
    screen.do("key", "ctrl+q")
    screen.until(lambda shown: shown["places"]["close"])
    screen.photograph("4-closing")
    screen.click("close")
    assert screen.program.wait(60) == 0
    again = begin()
    again.until(lambda shown: shown["active"] and len(shown["states"]) == 40 and shown["places"]["banner"])
    again.photograph("5-go-on")
    again.click("banner")
    again.until(lambda shown: shown["states"] == ["done"] * 40 and shown["idle"])  # before, closing asks
    again.do("key", "ctrl+q")
    assert again.program.wait(60) == 0
