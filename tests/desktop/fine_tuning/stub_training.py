"""A stand-in for `kmhc train`: the same words, the same events, no network.

It starts again and again, so that what takes long to import is imported where it is used.
"""

import hashlib
import json
import math
import os
import sys
import tempfile
import threading
from pathlib import Path

STEPS, EPOCHS = 40, 4


def tell(event: str, **values: object) -> None:
    print(json.dumps({"event": event, **values}, default=str), flush=True)


def census(folder: Path) -> dict[str, object]:
    found = len(list(folder.iterdir()))
    split = {"train": 11, "val": 3, "test": 6}
    return {
        "found": found,
        "grey": 1,
        "tinted": 0,
        "broken": ["torn.jpg: it is damaged or cut short (broken data stream). Copy it again from where it came."],
        **split,
    }


def sheet(path: Path, columns: int) -> Path:
    """Show sample photos as a training would: ever more colour from left to right."""
    import numpy as np
    from PIL import Image, ImageOps

    from kmhc_engine import resources

    path.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in ("cat", "rocket", "astronaut", "raccoon"):
        with Image.open(resources.folder() / "samples" / f"{name}.jpg") as photo:
            photo = ImageOps.fit(photo.convert("L"), (160, 160))
        toned = ImageOps.colorize(photo, (40, 20, 10), (255, 235, 205), (150, 110, 80))
        rows.append(np.hstack([np.asarray(Image.blend(photo.convert("RGB"), toned, number / (columns - 1)))
                               for number in range(columns)]))  # fmt: skip
    Image.fromarray(np.vstack(rows)).save(path)
    return path


def dry_run(folder: Path) -> None:
    for done in (1, 20):
        tell("preparing", done=done, of=20)
    if folder.name == "too few":
        left = "3 photos: 2 to learn from, 0 to tune by, 1 held out; left out 0 grey, 0 tinted, 0 unreadable"
        tell("error", message=f"Fine-tuning needs at least 20 photos with colour ({left}). Add some.")
        sys.exit(1)
    if folder.name == "cut off":
        tell("decoded", folder=tempfile.mkdtemp(prefix="kmhc-"))
        wait_for_the_end()
    tell("planned", variant="KMHCNet_6c", photos=census(folder), epochs=EPOCHS, steps=STEPS // EPOCHS, size=160,
         seconds=320.0, memory=1_900_000_000, device="CPU, 8 threads")  # fmt: skip


def train(run: Path, photos: Path, title: str, first: int) -> None:
    run.mkdir(parents=True, exist_ok=True)
    (run / "run.json").write_text(json.dumps({"photos": str(photos), "title": title}))
    tell("started", run=run, variant="KMHCNet_6c", title=title, epochs=EPOCHS, steps=STEPS // EPOCHS,
         resumed=first > 0, memory=1_900_000_000, seconds=320.0, judging=60.0)  # fmt: skip
    if photos.name == "refused":
        tell("error", message="The network fits no photo. Choose another.")
        sys.exit(1)
    for epoch in range(first + 1, EPOCHS + 1):
        for step in range((epoch - 1) * 10 + 1, epoch * 10 + 1):
            noise = 3 * math.sin(step * 2.4)
            tell("step", step=step, of=STEPS, epoch=epoch, loss=16 + 8 * math.exp(-step / 12) + noise,
                 photos_per_second=2.0)  # fmt: skip
            if photos.name == "early" and step == 3:
                wait_for_the_end()
        tell("epoch", epoch=epoch, of=EPOCHS,
             measures={"ciede2000": 10.4 - 0.5 * epoch**0.7, "accuracy": 93 + 0.3 * epoch**0.6})  # fmt: skip
        tell("sample", path=sheet(run / "samples" / f"epoch-{epoch:04}.png", 3))
        (run / "last.ckpt").write_bytes(b"checkpoint")
        if epoch == 2:
            end_as_asked(photos.name)
    judge(run, photos, title)


def verdict_on(name: str) -> dict[str, object]:
    worse, dull = name in ("worse", "unchanged"), name == "dull"
    return {
        "better": 2 if worse else 5, "of": 6, "improved": not worse, "start": 10.4, "tuned": 10.9 if worse else 8.9,
        "grey": 10.8, "start_within": 9.0, "tuned_within": 8.8, "only_a_tint": name == "tint", "duller": dull,
        "start_chroma": 74.0, "tuned_chroma": 60.0 if dull else 76.0,
        "share": 0.0 if name == "unchanged" else 0.5, "sheet": "verdict.png", "text": "",
    }  # fmt: skip


def judge(run: Path, photos: Path, title: str) -> None:
    verdict = verdict_on(photos.name)
    (run / "verdict.json").write_text(json.dumps(verdict))
    tell("verdict", **verdict | {"sheet": sheet(run / "verdict.png", 4)})
    tell_result(result(run / "result.safetensors", title), title)


def tell_result(path: Path, title: str) -> None:
    tell("saved", path=path, title=title, variant="KMHCNet_6c")


def result(path: Path, title: str) -> Path:
    """Write weights of one number; importing torch to do it would take longer than all the rest."""
    import numpy as np
    from safetensors.numpy import save

    from kmhc_engine import variants

    tensor = np.zeros(1, np.float32)
    metadata = {"kmhc": "1", "variant": variants.find("6c").spec, "title": title, "licence": "", "trained_on": "",
                "created_by": "a test", "side": "160", "metrics": "{}", "interim": "false",
                "sha256": hashlib.sha256(tensor.tobytes()).hexdigest()}  # fmt: skip
    path.write_bytes(save({"a.weight": tensor}, metadata))
    return path


def end_as_asked(name: str) -> None:
    """Do what the folder's name says, once two epochs are done and a resumed run is past them."""
    if name == "killed":
        os.kill(os.getpid(), 9)
    if name == "last words":
        print("Traceback\nRuntimeError: the network is tired", file=sys.stderr)
        sys.exit(3)
    if name == "patient":
        wait_for_the_end()


def wait_for_the_end() -> None:
    threading.Thread(target=sys.stdin.read, daemon=False).start()
    threading.Event().wait(60)


def main() -> None:
    words = sys.argv[2:]
    assert sys.argv[1] == "train", sys.argv
    assert words[-3:] == ["--progress", "json", "--led"], words
    if words[0] == "--resume":
        run = Path(words[1])
        record = json.loads((run / "run.json").read_text())
        photos, title = Path(record["photos"]), record["title"]
        if (run / "result.safetensors").is_file():  # without a verdict, which the window would have found
            tell_result(run / "result.safetensors", title)
        else:
            train(run, photos, title, 2)
    elif "--dry-run" in words:
        dry_run(Path(words[0]))
    else:
        assert "--no-install" in words
        train(Path(words[words.index("--out") + 1]), Path(words[0]), words[words.index("--name") + 1], 0)


if __name__ == "__main__":
    main()
