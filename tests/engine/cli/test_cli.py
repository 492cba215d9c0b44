"""The command line as people meet it, with a tiny network of their own."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import PurePath

import numpy as np
import pytest
import torch
from PIL import Image

from kmhc_engine import __version__, cli, variants, weights
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.records import Fingerprint, Record
from tests.engine.cli.conftest import TINY


def colours(path):
    rgb = np.asarray(Image.open(path).convert("RGB")).astype(int)
    return np.ptp(rgb, axis=-1).mean()


def stored_names(folder):
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if path.parts[0] != ".kmhc")


def test_a_folder_turns_to_colour_beside_itself(kmhc, photos):
    result = kmhc("colourise", photos, "--variant", TINY, "--device", "cpu")
    assert result.exit_code == 0, result.output
    out = photos.with_name("old photos colourised")
    assert colours(out / "wedding.jpg") > 3
    assert colours(out / "1943" / "farm.png") > 3
    assert "2 done" in result.output
    assert "old photos colourised" in result.output.replace("\n", "")


def test_a_second_run_skips_what_is_done(kmhc, photos, stub):
    kmhc("colourise", photos, "--variant", TINY)
    result = kmhc("colourise", photos, "--variant", TINY)
    assert result.exit_code == 0
    assert "0 done, 2 done before\n" in result.output, "nobody needs to wonder why they were skipped"


def test_the_computer_does_not_suspend_before_the_photos_are_done(kmhc, photos, stub, session_manager):
    kmhc("colourise", photos, "--variant", TINY)
    assert session_manager.asked == [("Inhibit", 4), ("Uninhibit", 7)]


def test_photos_that_lie_on_their_side_are_turned_and_stay_so(kmhc, photos, stub):
    width, height = Image.open(photos / "wedding.jpg").size
    kmhc("colourise", photos / "wedding.jpg", "--variant", TINY, "--out", photos.with_name("out"), "--turn", "left")
    assert Image.open(photos.with_name("out") / "wedding.jpg").size == (height, width)
    again = kmhc("colourise", photos, "--variant", TINY, "--out", photos.with_name("out"))
    assert "1 done, 1 done before\n" in again.output
    assert Image.open(photos.with_name("out") / "wedding.jpg").size == (height, width)


def test_a_folder_typed_in_other_letters_is_the_same_where_the_disk_takes_both(kmhc, photos, stub, monkeypatch):
    kmhc("colourise", photos, "--variant", TINY)
    typed = photos.with_name("OLD Photos")
    if not typed.exists():  # then it is played: a link that is not listed
        typed.symlink_to(photos)
        listed = os.listdir
        monkeypatch.setattr(os, "listdir", lambda folder: [name for name in listed(folder) if name != typed.name])
    result = kmhc("colourise", typed, "--variant", TINY)
    assert "0 done, 2 done before\n" in result.output
    assert stored_names(photos.with_name("old photos colourised")) == ["1943/farm.png", "wedding.jpg"]


def test_a_broken_photo_fails_by_name_and_the_others_are_done(kmhc, photos, stub):
    (photos / "torn.jpg").write_bytes((photos / "wedding.jpg").read_bytes()[:200])
    result = kmhc("colourise", photos, "--variant", TINY)
    assert result.exit_code == 1
    assert "failed torn.jpg: " in result.output
    assert "2 done" in result.output


def test_a_pipe_gets_a_plain_line_when_a_photo_ends_and_the_reasons_once_more_at_the_end(kmhc, photos, stub):
    (photos / "[i]torn.jpg").write_bytes((photos / "wedding.jpg").read_bytes()[:200])
    (photos / "letter.txt").write_text("Dear aunt,")
    *lines, _ = kmhc("colourise", photos, "--variant", TINY).output.splitlines()
    ends, summary = sorted(line.partition(" ")[2] for line in lines if "/4 " in line), lines[-3:]
    assert ends[:2] == [f"done {PurePath('1943', 'farm.png')}", "done wedding.jpg"]
    assert ends[2].startswith("failed [i]torn.jpg: ")
    assert summary == [ends[2], "skipped letter.txt: it is not a photo", "2 done, 1 skipped, 1 failed"]


def test_json_gives_one_event_a_line(kmhc, photos, stub):
    result = kmhc("colourise", photos, "--variant", TINY, "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0]["event"] == "start"
    assert events[0]["photos"] == 2
    assert events[-1]["event"] == "end"
    assert events[-1]["done"] == 2
    ends = [event for event in events if event.get("state") == "done"]
    assert {"wedding.jpg", "farm.png"} == {PurePath(event["output"]).name for event in ends}
    assert all(event["seconds"].keys() >= {"decode", "network", "render"} for event in ends)


def test_format_and_output_folder_can_be_chosen(kmhc, photos, stub, tmp_path):
    result = kmhc("colourise", photos, "-v", TINY, "--out", tmp_path / "there", "--format", "webp", "--quality", 70)
    assert result.exit_code == 0
    assert Image.open(tmp_path / "there" / "wedding.webp").format == "WEBP"


def test_a_damaged_journal_is_told_once(bare, photos):
    inside = photos.with_name("old photos colourised") / ".kmhc"
    inside.mkdir(parents=True)
    (inside / "journal.sqlite").write_bytes(b"no database" * 100)
    command = [sys.executable, "-m", "kmhc_engine", "render", inside.parent]
    result = subprocess.run(command, capture_output=True, text=True, env=bare, check=True)
    assert (result.stdout + result.stderr).count("damaged-1-journal.sqlite") == 1


def test_a_log_of_errors_holds_no_warnings_to_programmers(bare, kmhc, photos, stub):
    Image.new("L", (8, 8)).save(photos / "wedding.jpg", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0")
    kmhc("colourise", photos, "--variant", TINY)
    command = [sys.executable, "-m", "kmhc_engine", "render", f"{photos} colourised", "--saturation", "0.2"]
    result = subprocess.run(command, capture_output=True, text=True, env=bare, check=True)
    assert "2 done" in result.stdout and result.stderr == ""


def test_render_makes_new_copies_without_the_network(kmhc, photos, stub, monkeypatch):
    kmhc("colourise", photos, "--variant", TINY)
    out = photos.with_name("old photos colourised")
    before = colours(out / "wedding.jpg")
    for network in ("cli.colourise.load_colouriser", "networks.build"):
        monkeypatch.setattr(f"kmhc_engine.{network}", lambda *_: pytest.fail("the network is not needed"))
    result = kmhc("render", out, "--saturation", 0.2)
    assert result.exit_code == 0, result.output
    assert colours(out / "wedding.jpg") < 0.5 * before


def test_a_variant_without_weights_says_what_to_do(kmhc, photos):
    result = kmhc("colourise", photos, "--variant", "5")
    assert result.exit_code != 0
    assert "kmhc weights import" in str(result.exception)


def test_a_folder_that_is_not_there_is_bad_usage(kmhc, tmp_path):
    result = kmhc("colourise", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "does not exist" in result.output


@pytest.mark.parametrize("words", ["colourise .", "render --json .", "colourise -- .", "weights verify ."])
def test_an_empty_name_is_bad_usage_and_not_the_current_folder(kmhc, photos, stub, monkeypatch, words):
    monkeypatch.chdir(photos)
    result = kmhc(*words.replace(".", "").split(" "))
    assert result.exit_code == 2 and "empty" in result.output
    assert not photos.with_name("old photos colourised").exists()


def test_the_value_of_an_option_may_be_empty(kmhc, tmp_path):
    assert "does not exist" in kmhc("colourise", "--variant", "", tmp_path / "nowhere").output


def test_a_log_on_a_full_disk_is_told_of_in_a_line(monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.argv", ["kmhc", "variants"])
    monkeypatch.setattr(sys.stdout, "write", full)
    with pytest.raises(SystemExit) as end:
        cli.main()
    monkeypatch.undo()
    told = capsys.readouterr().err
    assert end.value.code == 1 and "the disk is full" in told and "Traceback" not in told


@pytest.mark.parametrize("command", ["colourise", "render"])
def test_a_name_that_no_file_can_have_is_bad_usage(kmhc, command):
    assert kmhc(command, "n" * 300).exit_code == 2


def test_copies_do_not_go_among_the_photos_themselves(kmhc, photos):
    before = sorted(photos.rglob("*"))
    for paths in ([photos], [photos / "wedding.jpg"]):
        result = kmhc("colourise", *paths, "--out", photos, "--variant", TINY)
        assert result.exit_code == 2
        assert "--out" in result.output
    assert sorted(photos.rglob("*")) == before


@pytest.mark.parametrize("wrong", [("--variant", "99"), ("--variant", "5"), ("--device", "toaster")])
def test_a_wrong_choice_leaves_no_folder_behind(kmhc, photos, wrong):
    assert kmhc("colourise", photos, *wrong).exit_code != 0
    assert not photos.with_name("old photos colourised").exists()


def test_a_folder_without_photos_leaves_no_folder_behind(kmhc, tmp_path):
    (tmp_path / "bare").mkdir()
    result = kmhc("colourise", tmp_path / "bare", "--variant", TINY)
    assert result.exit_code == 0
    assert "no photos" in result.output
    assert not (tmp_path / "bare colourised").exists()


def test_where_nothing_is_a_photo_the_reasons_are_told_without_network_and_folder(kmhc, tmp_path, monkeypatch):
    monkeypatch.delattr("kmhc_engine.cli.colourise.load_colouriser")
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "aunt.txt").write_text("Dear aunt,")
    by_name = kmhc("colourise", letters / "aunt.txt", "--variant", TINY)
    assert by_name.exit_code == 0
    assert by_name.output == "skipped aunt.txt: it is not a photo\n0 done, 1 skipped\n"
    (letters / "1.jpg").symlink_to("nowhere")
    all_of_it = kmhc("colourise", letters, "--variant", TINY, "--json")
    assert all_of_it.exit_code == 1
    start, *photos, end = map(json.loads, all_of_it.stdout.splitlines())
    assert (start["event"], start["photos"], start["output"]) == ("start", 2, str(tmp_path / "letters colourised"))
    assert [(photo["event"], photo["state"], photo["seconds"]) for photo in photos] == [
        ("photo", "failed", {}),
        ("photo", "skipped", {}),
    ]
    assert (end["event"], end["skipped"], end["failed"]) == ("end", 1, 1)
    assert list(tmp_path.rglob("*colourised*")) == []


def test_a_program_that_reads_along_hears_begin_and_end_of_a_folder_without_photos(kmhc, tmp_path):
    events = [json.loads(line) for line in kmhc("colourise", tmp_path, "--variant", TINY, "--json").stdout.splitlines()]
    assert [event["event"] for event in events] == ["start", "end"]
    assert events[0]["photos"] == 0


def test_a_device_that_is_not_here_is_named_as_it_was_asked_for(kmhc, photos, monkeypatch):
    monkeypatch.setattr("kmhc_engine.devices.available", lambda: ("cpu",))
    result = kmhc("colourise", photos, "--variant", TINY, "--device", "cuda")
    assert "There is no device 'cuda' on this computer. Here: cpu." in str(result.exception)


def test_what_is_no_photo_is_named_as_it_is_and_with_its_folder(kmhc, photos, stub):
    names = ["[red]torn[bold].txt", str(PurePath("1943", "[i].txt")), *([":cat:.txt"] if os.name != "nt" else [])]
    for name in names:
        (photos / name).write_text("Dear aunt,")
    result = kmhc("colourise", photos, "--variant", TINY)
    assert result.exit_code == 0
    for name in names:
        assert f"skipped {name}: it is not a photo" in result.output


def test_a_pipe_of_few_letters_takes_any_name(bare, photos):
    with OutputFolder(photos.with_name("old photos colourised")) as folder:
        cat = folder.key(photos / "\N{CAT FACE}.jpg")
        folder.journal.finish(Record(cat, Fingerprint(0, 0, b""), "", "", State.FAILED, PurePath("\N{CAT FACE}.jpg")))
    command = [sys.executable, "-m", "kmhc_engine", "render", folder.path]
    result = subprocess.run(command, capture_output=True, env=bare | {"PYTHONIOENCODING": "ascii"})
    assert rb"failed \U0001f431.jpg: " in result.stdout


def test_render_of_another_folder_is_bad_usage(kmhc, tmp_path):
    result = kmhc("render", tmp_path)
    assert result.exit_code == 2
    assert "no output folder of KMHC" in result.output


def test_variants_lists_the_paper_the_default_and_the_users_own(kmhc):
    rows = json.loads(kmhc("variants", "--json").stdout)
    assert [row["name"] for row in rows[:17]] == [variant.name for variant in variants.NAMED]


def test_a_terminal_of_80_columns_shows_variants_with_what_train_takes(kmhc, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table = [line.split() for line in kmhc("variants").output.splitlines()]
    shown = {line[0]: variants.find(line[1]) for line in table if line and line[0].startswith("KMHCNet_")}
    assert shown == {variant.name: variant for variant in variants.NAMED}


def test_the_version_is_told(kmhc):
    assert kmhc("--version").output == f"kmhc {__version__}\n"
    assert "Colourise whole folders" in kmhc("--help").output


def test_weights_are_listed_shown_and_verified(kmhc):
    assert TINY in kmhc("weights", "list").output
    shown = kmhc("weights", "info", TINY).output
    assert "sha256:" in shown
    assert "fp16" in shown
    assert "good: unet/mobilenet_v2" in kmhc("weights", "verify", TINY).output


@pytest.mark.parametrize("command", [("weights", "list"), ("variants",)])
@pytest.mark.parametrize("title", ["Attic [old]", "Attic [/old]", "Attic :cat:"])
def test_a_name_of_ones_own_is_printed_as_it_is(kmhc, home, command, title):
    own = home / "weights" / "own.safetensors"
    weights.write_weights(own, {"w": torch.ones(1)}, variants.find(TINY), title=title)
    result = kmhc(*command)
    own.unlink()
    assert title in result.output


def test_a_damaged_file_is_bad_when_verified(kmhc, home):
    damaged = home / "weights" / "damaged.safetensors"
    data = bytearray((home / "weights" / "tiny.safetensors").read_bytes())
    data[-5] ^= 1
    damaged.write_bytes(data)
    result = kmhc("weights", "verify", damaged)
    damaged.unlink()
    assert result.exit_code == 1
    assert "damaged.safetensors" in result.output


def test_weights_of_ones_own_are_removed_and_no_others(kmhc, home, tmp_path):
    own, kept = home / "weights" / "own.safetensors", tmp_path / "kept.safetensors"
    for place in (own, kept):
        weights.write_weights(place, {"w": torch.ones(1)}, variants.find(TINY), title="Attic")
    assert f"removed: Attic ({own})" in kmhc("weights", "remove", "attic").output
    assert not own.exists()
    refused = kmhc("weights", "remove", kept)
    assert refused.exit_code == 1
    assert "kept.safetensors: only your own weights can be removed" in f"{refused.output}{refused.exception}"
    assert kept.exists()


def test_foreign_weights_are_refused_with_the_reason(kmhc, tmp_path):
    (tmp_path / "weights.pth").write_bytes(b"not weights")
    result = kmhc("weights", "import", tmp_path / "weights.pth")
    assert result.exit_code == 1
    assert "weights.pth: " in result.output


@pytest.mark.parametrize("command", ["info", "verify", "import", "remove"])
def test_weights_that_are_not_there_are_told_so(kmhc, tmp_path, command, not_there):
    result = kmhc("weights", command, tmp_path / "nowhere.safetensors")
    assert result.exit_code == 1
    told = f"{result.output}{result.exception}"
    assert re.search(rf"nowhere\.safetensors: it cannot be read \({not_there}\)", told)


def test_doctor_names_versions_devices_weights_codecs_and_folders(kmhc, home):
    output = kmhc("doctor").output
    for part in ("Python:", "torch:", "devices:", "threads:", "weights:", "JPEG:", "HEIC:", str(home)):
        assert part in output


def test_doctor_builds_networks_when_asked(kmhc, monkeypatch):
    monkeypatch.setattr(variants, "NAMED", variants.NAMED[5:6])
    assert "KMHCNet_6:" not in kmhc("doctor").output
    assert "KMHCNet_6:" in (output := kmhc("doctor", "--networks").output)
    assert "parameters" in output


def test_importing_the_engine_and_asking_for_help_import_no_torch():
    code = (
        "import sys, kmhc_engine, kmhc_engine.cli as cli; sys.argv = ['kmhc', '--help']\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print('heavy:', [name for name in ('torch', 'cv2', 'PySide6', 'lightning', 'timm') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "colourise" in run.stdout
    assert run.stdout.strip().endswith("heavy: []")
