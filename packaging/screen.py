"""A screen without a monitor: Xvfb, whose picture lies in a file."""

import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WIDTH, HEIGHT = 1280, 800


class Screen:
    """A running Xvfb of 1280 x 800; windows without a window manager come up in its corner."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kmhc-screen-"))
        told, tells = os.pipe()  # Xvfb takes a number that nobody has, and tells it
        command = ["Xvfb", "-displayfd", str(tells), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
        # Without -noreset the file's header is written anew whenever the last client goes: it was read half written.
        command += ["-fbdir", str(self._folder), "-ac", "-nolisten", "tcp", "-noreset"]
        self._server = subprocess.Popen(command, stderr=subprocess.DEVNULL, pass_fds=[tells])
        os.close(tells)
        with os.fdopen(told) as number:
            self.display = f":{number.readline().strip()}"
        wait_for(lambda: self._file.is_file() and self._xdotool("getmouselocation"), 60, "Xvfb does not start")

    @property
    def _file(self) -> Path:
        return self._folder / "Xvfb_screen0"

    def pixels(self) -> bytes:
        """Return what is shown: rows of blue, green, red and nothing."""
        told = self._file.read_bytes()
        header, colours = struct.unpack_from(">I", told)[0], struct.unpack_from(">19I", told)[18]
        return told[header + 12 * colours :][: WIDTH * HEIGHT * 4]

    def is_painted(self) -> bool:
        """Tell whether a window shows more than its background."""
        row = self.pixels()
        return len({row[place : place + 3] for place in range(0, len(row), 404)}) > 12

    def is_coloured(self, x: int, y: int) -> bool:
        """Tell whether a place shows a colour, as buttons do that wait for a click, rather than grey."""
        blue, green, red, _ = self.pixels()[4 * (y * WIDTH + x) :][:4]
        return max(blue, green, red) - min(blue, green, red) > 60

    def click(self, x: int, y: int) -> None:
        """Click as a person does."""
        self._xdotool("mousemove", str(x), str(y))
        time.sleep(0.3)
        self._xdotool("click", "1")

    def picture(self, target: Path) -> None:
        """Save what is shown as PNG, without the black below the window, where its frame would be."""
        from PIL import Image

        target.parent.mkdir(parents=True, exist_ok=True)
        shown = Image.frombuffer("RGB", (WIDTH, HEIGHT), self.pixels(), "raw", "BGRX", 0, 1)
        shown.crop(shown.getbbox()).save(target)

    def close(self) -> None:
        """End it."""
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _xdotool(self, *words: str) -> bool:
        run = subprocess.run(
            ["xdotool", *words], env={"DISPLAY": self.display, "PATH": "/usr/bin:/bin"}, capture_output=True
        )
        return run.returncode == 0


def wait_for(true: Callable[[], object], seconds: float, trouble: str, step: float = 0.05) -> float:
    """Wait until a function returns something true; return the seconds it took.

    Raises:
        SystemExit: It took too long; says the trouble.
    """
    start = time.perf_counter()
    while not true():
        if time.perf_counter() - start > seconds:
            raise SystemExit(f"{trouble} (waited {seconds:.0f} s).")
        time.sleep(step)
    return time.perf_counter() - start
