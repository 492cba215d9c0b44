import json
import os
import re
import struct
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save, save_file

from kmhc_engine import networks, resources, weights
from kmhc_engine.errors import VariantError, WeightsMissing, WeightsRefused
from kmhc_engine.variants import DEFAULT, PAPER, Loss, Variant
from kmhc_engine.weights_format import payload_sha256

TINY = Variant("linknet", "tu-test_efficientnet")
KERNEL = "segmentation_head.0.weight"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Empty folders of the program and the user; returns the user's weights folder."""
    monkeypatch.setenv("KMHC_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(resources, "folder", lambda: tmp_path / "resources")
    for name in ("home", "resources"):
        (tmp_path / name / "weights").mkdir(parents=True)
    return tmp_path / "home" / "weights"


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(1)
    return networks.build(TINY).state_dict()


@pytest.fixture
def network():
    torch.manual_seed(2)
    return networks.build(TINY).eval()


def write(path, variant=TINY, state=None, age=0, **header):
    """Write weights; the tensors need fit no network unless the test loads them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights.write_weights(path, state or {"w": torch.ones(1)}, variant, **header)
    os.utime(path, ns=(10**18 - age * 10**9,) * 2)
    return weights.info(path)


def raw(header, payload=b"", length=None):
    """The bytes of a safetensors file with just this header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + payload


def snapshot(network):
    return {key: value.clone() for key, value in network.state_dict().items()}


def unchanged(network, before):
    return all(torch.equal(value, before[key]) for key, value in network.state_dict().items())


# --- the catalogue


def test_without_any_folder_the_catalogue_is_empty(monkeypatch, tmp_path):
    monkeypatch.setenv("KMHC_HOME", str(tmp_path / "nowhere"))
    assert weights.catalogue() == []
    assert weights.unusable() == []


def test_what_was_written_is_listed_with_all_that_its_header_says(home):
    weights.write_weights(
        home / "a.safetensors",
        {"w": torch.ones(2, 2)},
        DEFAULT,
        title="Grandma's album",
        licence="CC0-1.0",
        metrics={"ciede2000": 7.5, "broken": float("nan")},
        trained_on="three albums",
        interim=True,
        half=True,
    )
    (found,) = weights.catalogue()
    assert (found.variant, found.title, found.named) == (DEFAULT, "Grandma's album", True)
    assert found.variant.name == DEFAULT.name
    assert (found.licence, found.trained_on, found.interim) == ("CC0-1.0", "three albums", True)
    assert found.metrics == {"ciede2000": 7.5}
    assert found.created_by.startswith("KMHC ")
    assert (found.precision, found.bundled, found.size) == ("fp16", False, found.path.stat().st_size)


def test_the_users_weights_come_first_and_the_newest_of_them_before_the_others(home, tmp_path):
    write(tmp_path / "resources/weights/bundled.safetensors")
    write(home / "old.safetensors", age=100)
    write(home / "new.safetensors", age=1)
    assert [w.path.stem for w in weights.catalogue()] == ["new", "old", "bundled"]
    assert [w.bundled for w in weights.catalogue()] == [False, False, True]


def test_listing_imports_no_torch(home, tmp_path):
    write(home / "a.safetensors", variant=TINY)
    code = (
        "import sys; from kmhc_engine import weights; print(weights.catalogue()[0].path.name, 'torch' in sys.modules)"
    )
    environment = os.environ | {"KMHC_HOME": str(tmp_path / "home")}
    listing = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    assert listing.stdout.split() == ["a.safetensors", "False"]


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
OURS = {"kmhc": "1", "variant": TINY.spec, "sha256": "0" * 64}
DAMAGED = {
    "empty": (b"", "cut short"),
    "text": (b"these are no weights at all", "cut short"),
    "cut short": (raw({"w": ENTRY}, bytes(7)), "damaged"),
    "header bomb": (raw({}, length=2**60), "cut short"),
    "long header": (raw(b" " * (5 * 2**20)), "declares a header of 5 MB"),
    "overlapping offsets": (raw({"w": ENTRY, "v": ENTRY}, bytes(8)), "damaged"),
    "giant shape": (raw({"w": ENTRY | {"shape": [2**62]}}, bytes(8)), "damaged"),
    "nested": (raw(b'{"__metadata__":' + b'{"a":' * 9999), "damaged"),
    "eight-bit floats": (raw({"w": {"dtype": "F8_E4M3", "shape": [2], "data_offsets": [0, 2]}}, bytes(2)), "F8_E4M3"),
    "foreign": (raw({"w": ENTRY}, bytes(8)), "kmhc weights import"),
    "newer": (raw({"__metadata__": OURS | {"kmhc": "2"}}), "Update KMHC"),
    "no variant": (raw({"__metadata__": {"kmhc": "1"}}), "header is damaged"),
    "odd variant": (raw({"__metadata__": OURS | {"variant": "unet/resnet18"}}), "header is damaged"),
    "odd loss": (raw({"__metadata__": OURS | {"variant": "unet/resnet18/LAB/guess/none"}}), "header is damaged"),
    "odd sha256": (raw({"__metadata__": OURS | {"sha256": "abc"}}), "no sha256"),
    "odd metrics": (raw({"__metadata__": OURS | {"metrics": "[" * 99999}}), "header is damaged"),
    "huge metric": (raw({"__metadata__": OURS | {"metrics": '{"a": 1' + "0" * 400 + "}"}}), "header is damaged"),
    "another's name": (raw({"__metadata__": OURS | {"title": "KMHCNet_6"}}), "calls itself KMHCNet_6"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_an_unusable_file_is_listed_with_its_reason_and_the_others_stay_usable(name, home):
    content, reason = DAMAGED[name]
    write(home / "good.safetensors")
    (home / f"{name}.safetensors").write_bytes(content)
    (refused,) = weights.unusable()
    assert refused.path.stem == name
    assert refused.reason.startswith(f"{name}.safetensors: ")
    assert reason in refused.reason
    assert [w.path.stem for w in weights.catalogue()] == ["good"]


def test_a_folder_and_a_pipe_are_unusable_and_nothing_waits_for_them(home):
    (home / "folder.safetensors").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(home / "pipe.safetensors")
    assert all("no regular file" in refused.reason for refused in weights.unusable())
    assert weights.catalogue() == []


def test_other_files_and_hidden_ones_are_no_weights(home):
    (home / "notes.txt").write_text("hello")
    (home / ".123 a.safetensors").write_bytes(b"half")
    assert (weights.catalogue(), weights.unusable()) == ([], [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    header=st.binary(max_size=200) | st.dictionaries(st.text(), st.text() | st.lists(st.integers())), tail=st.binary()
)
def test_no_file_whatsoever_raises_anything_but_a_refusal(header, tail, tmp_path):
    path = tmp_path / "any.safetensors"
    path.write_bytes(raw(header, tail))
    with pytest.raises(WeightsRefused):
        weights.info(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(metadata=st.fixed_dictionaries({}, optional={k: st.text() for k in ("title", "licence", "interim", "metrics")}))
def test_whatever_stands_in_our_header_is_one_printable_line_or_refused(metadata, tmp_path):
    path = tmp_path / "any.safetensors"
    path.write_bytes(raw({"__metadata__": OURS | metadata}))
    try:
        read = weights.info(path)
    except WeightsRefused:
        return
    for text in (read.title, read.licence):
        assert re.sub("[\u200c\u200d]", "", text).isprintable()  # those join letters


# --- finding


def test_a_variant_without_weights_says_what_to_do():
    with pytest.raises(WeightsMissing, match=r"KMHCNet_4 .*kmhc weights import FILE.*kmhc train"):
        weights.find(PAPER[3])


def test_a_damaged_file_is_hinted_at_when_weights_are_missing(home):
    (home / "a.safetensors").write_bytes(b"")
    with pytest.raises(WeightsMissing, match="unusable"):
        weights.find(DEFAULT)


def test_weights_of_another_loss_over_the_same_network_are_not_borrowed(home):
    write(home / "a.safetensors", variant=PAPER[0])
    assert PAPER[0].network == PAPER[10].network
    assert weights.find(PAPER[0]).path.stem == "a"
    with pytest.raises(WeightsMissing):
        weights.find(PAPER[10])


def test_the_users_newest_weights_of_a_variant_win_over_the_bundled(home, tmp_path):
    write(tmp_path / "resources/weights/bundled.safetensors")
    assert weights.find(TINY).path.stem == "bundled"
    write(home / "old.safetensors", age=2)
    write(home / "new.safetensors", age=1)
    assert weights.find(TINY).path.stem == "new"


def test_weights_with_a_name_of_their_own_do_not_displace_the_plain_variant(home, tmp_path):
    write(home / "album.safetensors", title="Grandma's album")
    assert weights.find(TINY).path.stem == "album"
    write(tmp_path / "resources/weights/bundled.safetensors", age=99)
    assert weights.find(TINY).path.stem == "bundled"


@pytest.mark.parametrize("text", ["Grandma's album", " grandma's ALBUM "])
def test_weights_are_found_by_their_own_name(text, home):
    write(home / "a.safetensors", variant=DEFAULT)
    write(home / "b.safetensors", variant=DEFAULT, title="Grandma's album")
    assert weights.find(text).path.stem == "b"


@pytest.mark.parametrize("text", ["6", "KMHCNet_6", "unet++/resnet18"])
def test_weights_are_found_by_their_variants_name(text, home):
    write(home / "a.safetensors", variant=PAPER[5])
    assert weights.find(text).path.stem == "a"


def test_a_name_that_is_neither_is_answered_with_those_there_are(home):
    write(home / "a.safetensors", title="Grandma's album")
    with pytest.raises(VariantError, match="Your own are: Grandma's album"):
        weights.find("Grandpa's album")


# --- loading


def test_what_was_written_is_what_is_loaded(home, state, network):
    weights.load_into(network, write(home / "a.safetensors", state=state))
    assert unchanged(network, state)


def test_fp16_weights_load_as_fp32_and_keep_batch_norm_statistics_exactly(home, state, network):
    state = state | {key: value * 1e6 for key, value in state.items() if key.endswith("running_var")}
    written = write(home / "a.safetensors", state=state, half=True)
    stored = load_file(written.path)
    assert stored[KERNEL].dtype == torch.float16
    weights.load_into(network, written)
    loaded = network.state_dict()
    assert loaded[KERNEL].dtype == torch.float32
    torch.testing.assert_close(loaded[KERNEL], state[KERNEL], rtol=1e-3, atol=1e-6)
    statistics = [key for key in state if "running_" in key]
    assert statistics
    assert all(torch.equal(loaded[key], state[key]) for key in statistics)


def test_what_fp16_cannot_hold_stays_fp32(home):
    written = write(home / "a.safetensors", state={"w": torch.full((2, 2), 1e5), "v": torch.ones(2, 2)}, half=True)
    assert {key: value.dtype for key, value in load_file(written.path).items()} == {
        "w": torch.float32,
        "v": torch.float16,
    }


def test_batch_counters_are_not_kept_and_not_missed(home, state, network):
    written = write(home / "a.safetensors", state=state)
    assert any("num_batches_tracked" in key for key in state)
    assert not any("num_batches_tracked" in key for key in load_file(written.path))
    weights.load_into(network, written)


def foreign(path, state):
    """A file in our format that holds what `write_weights` would refuse."""
    text = {"kmhc": "1", "variant": TINY.spec, "sha256": payload_sha256(save(state))}
    save_file(state, path, text)
    return weights.info(path)


SPOILT = {
    "missing": (lambda s: s.pop(KERNEL), r"1 missing \(segmentation_head\.0\.weight\)"),
    "too many": (lambda s: s.update(more=torch.ones(1)), r"1 too many \(more\)"),
    "of another shape": (lambda s: s.update({KERNEL: s[KERNEL][:1].clone()}), "of another shape .* 1×.* instead of 2×"),
    "whole numbers": (lambda s: s.update({KERNEL: s[KERNEL].int()}), "torch.int32, not a float"),
    "not a number": (lambda s: s[KERNEL].view(-1)[3].fill_(float("nan")), "not finite"),
    "infinite": (lambda s: s[KERNEL].view(-1)[3].fill_(float("-inf")), "not finite"),
    "too large for fp32": (lambda s: s.update({KERNEL: s[KERNEL].double() + 1e300}), "not finite"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_weights_that_do_not_fit_are_refused_and_the_network_stays_as_it_was(name, tmp_path, state, network):
    spoil, reason = SPOILT[name]
    spoilt = {key: value.clone() for key, value in state.items() if "num_batches" not in key}
    spoil(spoilt)
    before = snapshot(network)
    with pytest.raises(WeightsRefused, match=reason):
        weights.load_into(network, foreign(tmp_path / "a.safetensors", spoilt))
    assert unchanged(network, before)


def flip_last_byte(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_is_refused_and_the_network_stays_as_it_was(home, state, network):
    written = write(home / "a.safetensors", state=state)
    weights.verify(written)
    flip_last_byte(written.path)
    before = snapshot(network)
    with pytest.raises(WeightsRefused, match="do not match its sha256"):
        weights.load_into(network, written)
    with pytest.raises(WeightsRefused, match="do not match its sha256"):
        weights.verify(written)
    assert unchanged(network, before)


def test_a_file_that_is_gone_is_refused_by_name(home, network):
    written = write(home / "a.safetensors")
    written.path.unlink()
    with pytest.raises(WeightsRefused, match=r"a\.safetensors"):
        weights.load_into(network, written)
    with pytest.raises(WeightsRefused, match=r"a\.safetensors"):
        weights.verify(written)


# --- writing


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_not_written_and_the_earlier_file_stays(value, home):
    earlier = write(home / "a.safetensors")
    with pytest.raises(WeightsRefused, match="not finite"):
        weights.write_weights(earlier.path, {"w": torch.tensor([value])}, TINY)
    weights.verify(earlier)


def test_the_name_of_another_variant_is_no_title(home):
    with pytest.raises(WeightsRefused, match="name of another variant"):
        weights.write_weights(home / "a.safetensors", {"w": torch.ones(1)}, TINY, title="KMHCNet_6")


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_else(home, monkeypatch):
    earlier = write(home / "a.safetensors")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        weights.write_weights(earlier.path, {"w": torch.zeros(1)}, TINY)
    assert [path.name for path in home.iterdir()] == ["a.safetensors"]
    weights.verify(earlier)


def test_tensors_that_share_memory_or_are_strided_can_be_written(home):
    shared = torch.arange(6.0).reshape(2, 3)
    written = write(home / "a.safetensors", state={"a": shared, "b": shared.T, "c": torch.ones(1).expand(4)})
    assert torch.equal(load_file(written.path)["b"], shared.T)


@pytest.mark.parametrize("title", ["Grandma's album", "a/b\\c:d", "..", "👵" * 80, "x" * 300, "CON\n"])
def test_any_title_makes_a_file_name_in_the_users_folder(title, home, tmp_path):
    weights.write_weights(tmp_path / "run.safetensors", {"w": torch.ones(1)}, TINY, title=title)
    installed = weights.install(tmp_path / "run.safetensors")
    assert installed.path.parent == home
    assert weights.catalogue() == [installed]
    assert weights.find(installed.title) == installed


def test_damaged_weights_are_not_installed(home, tmp_path):
    written = write(tmp_path / "run.safetensors")
    flip_last_byte(written.path)
    with pytest.raises(WeightsRefused, match="sha256"):
        weights.install(written.path)
    assert list(home.iterdir()) == []


def test_weights_that_cannot_be_deleted_are_told_so(home):
    (home / "a.safetensors").mkdir()
    with pytest.raises(WeightsRefused, match=r"a\.safetensors: it cannot be deleted \("):
        weights.remove(replace(write(home / "b.safetensors"), path=home / "a.safetensors"))


def test_variants_that_differ_in_loss_are_different_in_the_header(home):
    for loss in Loss:
        variant = Variant("unet", "resnet18", loss=loss)
        assert write(home / "a.safetensors", variant=variant).variant == variant
