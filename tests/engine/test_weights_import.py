import argparse
import builtins
import io
import multiprocessing
import os
import pathlib
import pickle
import re
import sys
import zipfile

import pytest
import torch
from safetensors.torch import save, save_file

from kmhc_engine import networks, weights, weights_import
from kmhc_engine.errors import WeightsError, WeightsRefused
from kmhc_engine.variants import DEFAULT, Space, Variant
from kmhc_engine.weights import Refused, Weights
from kmhc_engine.weights_foreign import convert
from kmhc_engine.weights_import import import_weights
from tests.engine import deaf_reader
from tests.engine.test_weights import raw

TINY = Variant("linknet", "tu-test_efficientnet")
KERNEL = "segmentation_head.0.weight"


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(1)
    return networks.build(TINY).state_dict()


@pytest.fixture(scope="module")
def module_home(tmp_path_factory):
    """One user's folder for the whole module: each import starts a process, so most tests share one import."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KMHC_HOME", str(home))
        yield home


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KMHC_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "weights"


class Creates:
    """Its pickle creates a file when a naive program opens it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f'echo harmed > "{self.path}"',)


class Evaluates(Creates):
    def __reduce__(self):
        return builtins.eval, (f"open({str(self.path)!r}, 'w').close()",)


class Attribute:
    """Its pickle asks for an attribute, as that of an enum's member does in Python 3.11.2, Debian 12's."""

    __call__ = None  # pickle looks whether it could be called

    def __init__(self, *asked):
        self.asked = asked

    def __reduce__(self):
        return getattr, self.asked


class Calls(Creates):
    """Its pickle calls a method; nothing that it names is refused."""

    def __reduce__(self):
        return Attribute(self.path, "touch"), ()


class Allocates:
    """Its pickle asks for more memory than a weights file has any use for; all it names is harmless to torch."""

    def __reduce__(self):
        return bytearray, (5 * 10**9,)


def under(prefix, state):
    return {prefix + key: value for key, value in state.items()}


def doubled(state):
    return {key: value.double() if value.is_floating_point() else value for key, value in state.items()}


def without(state, key):
    return {other: value for other, value in state.items() if other != key}


def archive(path, compression=zipfile.ZIP_STORED, **entries):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(f"archive/{name}", content)


def repeating(path, times):
    """A zip file whose list names the same bytes many times."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data/0", bytes(10_000))
        file.filelist.extend(file.filelist * times)


def torch_archive(state):
    """The bytes of a `.pth` file."""
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def splice(path, state, payload):
    """A proper torch archive whose pickle is replaced by one with a payload."""
    with zipfile.ZipFile(io.BytesIO(torch_archive(state))) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, pickle.dumps(payload, 2) if name.endswith("data.pkl") else source.read(name))


# --- what is welcome

PARAMETERS = {"out": pathlib.PurePosixPath("runs"), "options": argparse.Namespace(lr=1e-4), "variant": TINY}
LIGHTNING = {"pytorch-lightning_version": "2.5", "hyper_parameters": PARAMETERS}
BESIDE = {"loss.embedding.0.weight": torch.ones(3), "criterion.window": torch.ones(11)}
UNUSED = {"encoder._conv_head.weight": torch.ones(2), "encoder._bn1.bias": torch.ones(2)}

# Name -> what such a file holds, given a network's state dict.
GOOD = {
    "plain.pth": lambda state: state,
    "legacy.pth": lambda state: state,
    "wrapped.pt": lambda state: {"model": state, "optimizer": {"lr": 1e-4}, "epoch": 7},
    "wrapped twice.pt": lambda state: {"net": {"state_dict": state}, "best": 0.5},
    "named.pth": lambda state: {"model": "UNet++ over ResNet18", "state_dict": state},
    "prefixed.pth": lambda state: {"state_dict": under("module.model.", state)},
    "lightning.ckpt": lambda state: LIGHTNING | {"state_dict": under("network._orig_mod.", state) | BESIDE},
    "enum.ckpt": lambda state: LIGHTNING | {"space": Attribute(Space, "LAB"), "state_dict": state},
    "numbers.pth": lambda state: {"net": state, "best": torch.ones(1).numpy().mean()},
    "efficientnet.pth": lambda state: state | UNUSED,
    "double.pth": doubled,
    "tensors.safetensors": lambda state: state,
    "grüße 👵.pth": lambda state: state,
}


@pytest.fixture(scope="module")
def welcome(module_home, tmp_path_factory, state):
    folder = tmp_path_factory.mktemp("good")
    for name, content in GOOD.items():
        if name.endswith(".safetensors"):
            save_file(content(state), folder / name)
        else:
            torch.save(content(state), folder / name, _use_new_zipfile_serialization="legacy" not in name)
    (folder / "notes.txt").write_text("not asked for")
    return dict(zip(sorted(GOOD), import_weights(folder, otherwise=TINY), strict=True))


@pytest.mark.parametrize("name", GOOD)
def test_weights_are_taken_out_of_every_common_wrapper(name, welcome, state):
    taken = welcome[name]
    assert isinstance(taken, Weights), taken
    weights.verify(taken)
    assert (taken.variant, taken.created_by) == (TINY, f"imported from {name}")
    network = networks.build(TINY)
    weights.load_into(network, taken)
    loaded = network.state_dict()
    assert all(torch.equal(loaded[key], value) for key, value in state.items())


def test_an_import_leaves_nothing_but_weights_in_the_users_folder(welcome, module_home):
    assert {path.suffix for path in (module_home / "weights").iterdir()} == {".safetensors"}
    assert any(weights.find(TINY).sha256 == taken.sha256 for taken in welcome.values())
    assert multiprocessing.active_children() == []


def test_the_same_weights_imported_twice_are_there_once(home, tmp_path, state):
    weights.write_weights(tmp_path / "a.safetensors", state, TINY)
    assert weights.install(tmp_path / "a.safetensors").path == weights.install(tmp_path / "a.safetensors").path
    assert len([entry for entry in weights.catalogue() if not entry.bundled]) == 1


def test_what_a_file_says_of_itself_counts_more_than_what_is_wanted_otherwise(tmp_path, state):
    torch.save(state, tmp_path / "a.pth")
    weights.write_weights(tmp_path / "b.safetensors", state, TINY, title="Attic")
    with pytest.raises(WeightsRefused, match="it does not fit KMHCNet_6c"):
        convert(tmp_path / "a.pth", None, tmp_path / "c.safetensors", DEFAULT)
    convert(tmp_path / "b.safetensors", None, tmp_path / "c.safetensors", DEFAULT)
    converted = weights.info(tmp_path / "c.safetensors")
    assert (converted.variant, converted.title) == (TINY, "Attic")


# --- what is refused


def changed(kernel):
    """A state dict with one tensor changed."""
    return lambda path, state, witness: torch.save(state | {KERNEL: kernel(state[KERNEL])}, path)


def holding(content):
    return lambda path, state, witness: torch.save(content(state), path)


def consisting_of(content):
    return lambda path, state, witness: path.write_bytes(content)


def spoil(value):
    value = value.clone()
    value[0, 0, 0, 0] = float("nan")
    return value


DECLARED = {"w": {"dtype": "F32", "shape": [2**62], "data_offsets": [0, 8]}}
# Name -> what writes such a file, given a state dict and the file that no payload may create; the reason.
BAD = {
    "payload.pth": (lambda p, s, w: torch.save({"state_dict": s, "extra": Creates(w)}, p), "asks to run"),
    "eval.ckpt": (
        lambda p, s, w: torch.save({"state_dict": s, "hyper_parameters": Evaluates(w)}, p),
        "asks to run eval",
    ),
    "legacy.pth": (lambda p, s, w: torch.save(Creates(w), p, _use_new_zipfile_serialization=False), "asks to run"),
    "method.pth": (lambda p, s, w: torch.save({"state_dict": s, "extra": Calls(w)}, p), "more than tensors"),
    "spliced.pt": (lambda p, s, w: splice(p, s, Creates(w)), "asks to run"),
    "raw pickle.pth": (lambda p, s, w: p.write_bytes(pickle.dumps(Creates(w))), "more than tensors"),
    "old raw pickle.pth": (lambda p, s, w: p.write_bytes(pickle.dumps(Creates(w), 2)), "asks to run"),
    "whole model.pt": (holding(lambda s: torch.nn.Conv2d(1, 1, 1)), "asks to run torch.nn.modules.conv.Conv2d"),
    "missing.pth": (holding(lambda s: without(s, KERNEL)), f"1 missing ({KERNEL})"),
    "too many.pth": (holding(lambda s: s | {"more": torch.ones(1)}), "1 too many (more)"),
    "not only tensors.pth": (holding(lambda s: s | {"epoch": 7}), "its entry epoch is no tensor"),
    "empty state.pth": (holding(lambda s: {}), "no state dict"),
    "list.pth": (holding(lambda s: [1, 2, 3]), "no state dict"),
    "shape.pth": (changed(lambda value: value[:1]), "1 of another shape"),
    "giant shape.pth": (changed(lambda value: torch.ones(1).expand(2**40, 2**20)), "1 of another shape"),
    "dtype.pth": (changed(lambda value: value.int()), "torch.int32, not a float"),
    "complex.pth": (changed(lambda value: value + 0j), "torch.complex64, not a float"),
    "sparse.pth": (changed(lambda value: value.to_sparse()), "cannot be read"),
    "nan.pth": (changed(spoil), "not finite"),
    "cut short.pth": (lambda p, s, w: p.write_bytes(torch_archive(s)[:-100_000]), "cut short or damaged"),
    "cut short legacy.pth": (
        lambda p, s, w: (torch.save(s, p, _use_new_zipfile_serialization=False), os.truncate(p, 9000)),
        "cannot be read",
    ),
    "cut short.safetensors": (lambda p, s, w: p.write_bytes(save(s)[:-1]), "damaged"),
    "header bomb.safetensors": (consisting_of(raw({}, length=2**60)), "cut short"),
    "long header.safetensors": (consisting_of(raw(b"{" + b" " * 2**23 + b"}")), "header of 8 MB"),
    "giant shape.safetensors": (consisting_of(raw(DECLARED, bytes(8))), "damaged"),
    "zip bomb.pth": (
        lambda p, s, w: archive(p, zipfile.ZIP_DEFLATED, **{"data.pkl": b"\x80\x02]", "data/0": bytes(2**26)}),
        "unpacks to more than it is",
    ),
    "zip bomb unpacked.pth": (lambda p, s, w: repeating(p, 100), "unpacks to more than it is"),
    "long pickle.pth": (
        lambda p, s, w: archive(p, **{"data.pkl": b"\x80\x02" + b"N" * 9_000_000}),
        "more than 8 MB beside its tensors",
    ),
    "other zip.pth": (lambda p, s, w: archive(p, hello="world"), "cannot be read"),
    "text.pth": (consisting_of(b"<html>404 not found</html>"), "no weights file"),
    "empty.ckpt": (consisting_of(b""), "no weights file"),
    "folder.pth": (lambda p, s, w: p.mkdir(), "no regular file"),
}
if sys.platform == "linux":  # the only system that can limit a process's memory
    BAD["greedy.pth"] = (holding(lambda s: {"state_dict": s, "more": Allocates()}), "far more memory than its size")


@pytest.fixture(scope="module")
def unwelcome(module_home, tmp_path_factory, state):
    """The results by name; the file that a payload would have created; the weights that were in use before."""
    folder = tmp_path_factory.mktemp("bad")
    for name, (write, _) in BAD.items():
        write(folder / name, state, folder.parent / "harmed")
    (module_home / "weights").mkdir(exist_ok=True)
    used = weights.write_weights(module_home / "weights" / "used.safetensors", state, TINY)
    before = weights.catalogue()
    results = dict(zip(sorted(BAD), import_weights(folder, TINY), strict=True))
    assert weights.catalogue() == before
    return results, folder.parent / "harmed", used


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_file_is_said_by_name(name, unwelcome):
    refused = unwelcome[0][name]
    assert isinstance(refused, Refused)
    assert refused.reason.startswith(f"{name}: ")
    assert BAD[name][1] in refused.reason
    assert refused.reason.isprintable()


def test_no_pickle_was_executed(unwelcome, tmp_path):
    assert not unwelcome[1].exists()
    for number, payload in enumerate((Creates, Evaluates, Calls)):
        torch.save(payload(tmp_path / f"harmed{number}"), tmp_path / "payload.pth")
        torch.load(tmp_path / "payload.pth", weights_only=False)
        assert (tmp_path / f"harmed{number}").exists(), "the same payload does harm where it is executed"


def test_after_refusals_the_weights_in_use_are_what_they_were(unwelcome, module_home):
    used = unwelcome[2]
    weights.verify(used)
    assert weights.find(TINY) == used
    assert {path.suffix for path in used.path.parent.iterdir()} == {".safetensors"}


def test_a_folder_and_a_path_without_weights_say_so(home, tmp_path, not_there):
    (tmp_path / "notes.txt").write_text("hello")
    (refused,) = import_weights(tmp_path, TINY)
    assert "holds no .ckpt, .pt, .pth, .safetensors file" in refused.reason
    (refused,) = import_weights(tmp_path / "gone.pth", TINY)
    assert re.match(rf"gone\.pth: it cannot be read \({not_there}\)", refused.reason)


def test_a_users_folder_that_cannot_be_made_is_an_error_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KMHC_HOME", str(tmp_path / "file"))
    with pytest.raises(WeightsError, match="KMHC_HOME"):
        import_weights(tmp_path / "a.pth", TINY)


# --- limits


def test_after_a_reader_that_died_of_a_file_or_at_rest_or_took_too_long_the_next_file_is_read(
    home, tmp_path, state, monkeypatch
):
    limits = {"slow.pth": 0.001, "killer.pth": 60.0, "well.pth": 60.0}
    folder = tmp_path / "foreign"
    folder.mkdir()
    for name in limits:
        torch.save(state, folder / name)
    honest = weights_import._Reader.convert

    def convert(reader, file, *rest):
        monkeypatch.setattr(weights_import, "_time_limit", lambda size: limits[file.name])
        with monkeypatch.context() as patch:
            serve = deaf_reader.crash if file.name == "killer.pth" else deaf_reader.serve
            patch.setattr(weights_import, "serve", serve)
            reader._start()
        if file.name == "well.pth":  # by now the system has ended the reader, to have its memory
            reader._process.kill()
            reader._process.join()
        honest(reader, file, *rest)

    monkeypatch.setattr(weights_import._Reader, "convert", convert)
    killed, slow, good = import_weights(folder, TINY)
    assert "reading it crashed" in killed.reason
    assert "took more than" in slow.reason
    assert isinstance(good, Weights)
    assert multiprocessing.active_children() == []
    assert list(home.iterdir()) == [good.path]
