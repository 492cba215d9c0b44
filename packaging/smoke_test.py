"""`make installer-test`: install the package in a bare system, do there what people do, measure it, remove it."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rooms import Corner, Room, room
from screen import Screen, wait_for

ROOT = Path(__file__).resolve().parent.parent
WORK, OUT = ROOT / "build", ROOT / "dist"
PROGRAM = Path("/usr/lib/kmhc")
PICTURES, NUMBERS = WORK / "smoke-test", WORK / "installer.json"
SAMPLES, COLOURISE = (835, 534), (213, 58)  # where the buttons are on the screen of 1280 x 800
MIB = 2**20


def main() -> None:
    """Prove and measure; the first thing that is wrong ends it."""
    packages = sorted(OUT.glob("kmhc_*.deb"))
    if not packages:
        raise SystemExit("There is no package in dist: run `make installer` first.")
    place = room(WORK)
    try:
        before = place.install(packages[-1])
        numbers = sizes(place, packages[-1])
        commands(place)
        numbers |= window(place)
        own = {path for path in place.path(place.home).rglob("*") if path.is_file()}
        place.remove()
        left = place.files() - before
        if left - {"kmhc.deb"}:
            raise SystemExit(f"Removing the package left {', '.join(sorted(left)[:9])}")
        if not own or not all(path.is_file() for path in own):
            raise SystemExit("Removing the package took files of the user.")
    finally:
        place.close()
    NUMBERS.write_text(json.dumps(numbers, indent=2) + "\n")
    for name, value in numbers.items():
        print(f"{name}: {value:.2f}")
    print(f"All is well. Pictures of the window are in {PICTURES.relative_to(ROOT)}")


def sizes(place: Room | Corner, package: Path) -> dict[str, float]:
    """Return sizes in MiB; the bars are for the program without weights."""
    files = [path for path in place.path(PROGRAM).rglob("*") if path.is_file() and not path.is_symlink()]
    heavy = [path for path in files if path.suffix == ".safetensors"]
    weights = sum(path.stat().st_size for path in heavy)
    packed = sum(len(subprocess.check_output(["zstd", "-q", "-c", str(path)])) for path in heavy)
    installed = sum(path.stat().st_size for path in files)
    return {
        "installed MiB without weights": (installed - weights) / MIB,
        "weights MiB": weights / MIB,
        "deb MiB": package.stat().st_size / MIB,
        "deb MiB without weights": (package.stat().st_size - packed) / MIB,
    }


def commands(place: Room | Corner) -> None:
    """Use the command line as people do."""
    home = place.home
    if isinstance(place, Room) and not fails(place, "sh", "-c", "command -v python3 || command -v python"):
        raise SystemExit("There is Python in the bare system: it proves nothing.")
    told = kmhc(place, "doctor", "--networks")
    built = [line for line in told.splitlines() if line.endswith(" parameters")]
    if len(built) < 17:
        raise SystemExit(f"Only {len(built)} of 17 networks can be built.")
    place.give(ROOT / "resources" / "samples", home / "old photos")
    kmhc(place, "colourise", "old photos")
    coloured = list(place.path(home / "old photos colourised").glob("*.jpg"))
    if len(coloured) != len(list((ROOT / "resources" / "samples").glob("*.jpg"))):
        raise SystemExit(f"Only {len(coloured)} of the samples were colourised.")
    for make, name in ((deep_photos, "deep photos"), (colour_photos, "colour photos")):
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder) / name)
            place.give(Path(folder) / name, home / name)
    kmhc(place, "colourise", "deep photos")
    for kind, album in (("web", "album"), ("pdf", "album.pdf"), ("sheet", "sheet.png"), ("zip", "photos.zip")):
        kmhc(place, "album", "old photos colourised", "--kind", kind, "--out", album)
        if not place.path(home / album).exists():
            raise SystemExit(f"kmhc album made no {album}.")
    kmhc(place, "train", "colour photos", "--dry-run")
    kmhc(place, "train", "colour photos", "--minutes", "1", "--size", "64", "--batch", "4", "--out", "run")
    if not place.path(home / "run/verdict.json").is_file():
        raise SystemExit("kmhc train did not try its result on the photos held out.")
    kmhc(place, "weights", "import", "run/result.safetensors")  # patches can be learned by nobody: it stays in the run
    if not list(place.path(home / ".local/share/KMHC/weights").glob("*.safetensors")):
        raise SystemExit("The fine-tuned weights were not imported.")
    kmhc(place, "report", "run", "--out", "report")


def kmhc(place: Room | Corner, *words: str) -> str:
    """Run a command of kmhc; return what it said, which a file in the user's home keeps."""
    quoted = " ".join(f"'{word}'" for word in words)
    if fails(place, "sh", "-c", f"kmhc {quoted} >said.txt 2>&1"):
        said = place.path(place.home / "said.txt").read_text("utf-8", "replace")
        raise SystemExit(f"kmhc {quoted} failed:\n{said[-3000:]}")
    print(f"kmhc {quoted}", flush=True)
    return place.path(place.home / "said.txt").read_text("utf-8", "replace")


def fails(place: Room | Corner, *words: str) -> bool:
    """Run a command, which has ten minutes; tell whether it failed."""
    return place.start(list(words)).wait(600) != 0


def colour_photos(folder: Path) -> None:
    """Make thirty pictures with patches of every colour."""
    import numpy as np
    from PIL import Image

    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(30):
        picture = random.normal(60, 15, (160, 200, 3))
        for _ in range(12):
            x, y, side = random.integers(0, 160), random.integers(0, 120), random.integers(20, 80)
            picture[y : y + side, x : x + side] *= 0.3
            picture[y : y + side, x : x + side] += random.uniform(0, 200, 3)
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(folder / f"{number}.jpg", quality=92)


def deep_photos(folder: Path) -> None:
    """Make photos of 16 bits, each of which is read by another library."""
    import numpy as np
    from PIL import Image

    folder.mkdir()
    photo = Image.fromarray(np.linspace(0, 65535, 90 * 60).reshape(60, 90).astype(np.uint16))
    photo.save(folder / "deep.png")
    for compression in ("tiff_lzw", "zstd"):
        photo.save(folder / f"{compression}.tif", compression=compression)


def window(place: Room | Corner) -> dict[str, float]:
    """Colourise the samples by clicks; measure how soon the window is there and what it takes at rest."""
    numbers: dict[str, float] = {}
    screen = Screen()
    try:
        evict(place.path(PROGRAM))
        starts, work = [], []
        for _ in range(6):
            with shown(place, screen) as seconds:
                starts.append(seconds)
                work.append(sum(process.work() for process in processes(place) if process.role == "window"))
        numbers["first paint s, evicted"] = starts[0]
        numbers["first paint s, warm"] = min(starts[1:])  # what else the machine does slows single starts down
        numbers["first paint CPU s, warm"] = min(work[1:])
        with shown(place, screen):
            wait_for(lambda: len(processes(place)) > 1, 300, "the engine does not start")
            screen.picture(PICTURES / "1 started.png")
            screen.click(*SAMPLES)
            try:
                wait_for(lambda: screen.is_coloured(*COLOURISE), 60, "the samples do not come up")
            finally:
                screen.picture(PICTURES / "2 samples.png")
            screen.click(*COLOURISE)
            made = place.path(place.home / ".local/share/KMHC/samples colourised")
            wanted = len(list((ROOT / "resources" / "samples").glob("*.jpg")))
            try:
                wait_for(lambda: len(list(made.glob("*.jpg"))) == wanted, 600, "the samples are not colourised", 1)
                time.sleep(10)  # until the engine rests
            finally:
                screen.picture(PICTURES / "3 colourised.png")
            for process in processes(place):
                numbers[f"memory MiB at rest, {process.role}"] = process.memory()
    finally:
        screen.close()
    return numbers


@contextmanager
def shown(place: Room | Corner, screen: Screen) -> Iterator[float]:
    """Start the window; give the seconds until it is painted; end it as a system that shuts down does."""
    started = place.start(["kmhc-desktop"], display=screen.display)
    try:
        yield wait_for(screen.is_painted, 120, "the window does not show", 0.005)
    finally:
        for process in processes(place):
            os.kill(process.number, signal.SIGTERM)
        started.wait(60)
        wait_for(lambda: not processes(place) and not screen.is_painted(), 60, "the window does not end")


class Process:
    """A process of the installed program."""

    def __init__(self, number: int, words: list[str]) -> None:
        self.number = number
        self.role = "engine" if "--multiprocessing-fork" in words else "window"

    def work(self) -> float:
        """Return the CPU seconds that it has taken."""
        fields = Path(f"/proc/{self.number}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Return the MiB that it takes, shared ones in part (PSS)."""
        told = Path(f"/proc/{self.number}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1024


def processes(place: Room | Corner) -> list[Process]:
    """Return the running processes of the window and its engine."""
    program, found = str(place.path(PROGRAM / "kmhc-desktop")), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_text().split("\0")
                if str((folder / "exe").readlink()) in (program, str(PROGRAM / "kmhc-desktop")) and "-c" not in words:
                    found.append(Process(int(folder.name), words))
            except OSError:
                continue
    return found


def evict(folder: Path) -> None:
    """Have the system forget the files of a folder, as after a start of the computer."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    main()
