"""HDF5 files from strangers: no other file is opened, no plugin is loaded, nothing hangs."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import h5py
import numpy as np
import pytest

from mebench_mean import hdf5_layers
from mebench_mean.hdf5_layers import MAX_ARRAY_BYTES, MAX_NAMES, read_layers

Change = Callable[[h5py.File, Path], None]


def weight_file(path: Path, change: Change = lambda file, folder: None) -> Path:
    """Write two layers, one without weights, and change them."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"input", b"dense"]
        file.create_group("input").attrs["weight_names"] = []
        layer = file.create_group("dense")
        layer.attrs["weight_names"] = ["dense/kernel:0", "dense/bias:0"]
        layer["dense/kernel:0"] = np.arange(6, dtype=np.float64).reshape(2, 3)
        layer["dense/bias:0"] = np.array([1, 2, 3], np.float32)
        change(file, path.parent)
    return path


@pytest.mark.parametrize("options", [{}, {"compression": "gzip", "shuffle": True}])
def test_plain_files_are_read(tmp_path: Path, options: dict[str, object]) -> None:
    def store_again(file: h5py.File, _: Path) -> None:
        del file["dense/dense/bias:0"]
        file["dense/dense"].create_dataset(
            "bias:0", data=np.array([1, 2, 3], np.float16), **options
        )
        file.create_group("model_weights")
        for name in ("input", "dense"):
            file.move(name, f"model_weights/{name}")
        file["model_weights"].attrs["layer_names"] = ["input", "dense"]

    for change in (lambda file, folder: None, store_again):
        [[kernel, bias]] = read_layers(weight_file(tmp_path / "w.hdf5", change))
        assert {kernel.dtype, bias.dtype} == {np.dtype(np.float32)}
        assert kernel.tolist() == [[0, 1, 2], [3, 4, 5]]
        assert bias.tolist() == [1, 2, 3]


def external_link(file: h5py.File, folder: Path) -> None:
    with h5py.File(folder / "other.hdf5", "w") as other:
        other["secret"] = np.ones(3)
    del file["dense/dense/bias:0"]
    file["dense/dense/bias:0"] = h5py.ExternalLink("other.hdf5", "/secret")


def soft_link(file: h5py.File, _: Path) -> None:
    del file["dense/dense/bias:0"]
    file["dense/dense/bias:0"] = h5py.SoftLink("/dense/dense/bias:0")


def external_group(file: h5py.File, folder: Path) -> None:
    with h5py.File(folder / "other.hdf5", "w") as other:
        other["dense/bias:0"] = np.ones(3)
    del file["dense"]
    file["dense"] = h5py.ExternalLink("other.hdf5", "/")


def external_storage(file: h5py.File, folder: Path) -> None:
    secret = folder / "secret"
    secret.write_bytes(bytes(12))
    replace_bias(file, shape=(3,), dtype="f4", external=[(str(secret), 0, 12)])


def virtual(file: h5py.File, folder: Path) -> None:
    external_link(file, folder)
    layout = h5py.VirtualLayout(shape=(3,), dtype="f8")
    layout[:] = h5py.VirtualSource("other.hdf5", "secret", shape=(3,))
    del file["dense/dense/bias:0"]
    file["dense/dense"].create_virtual_dataset("bias:0", layout)


def replace_bias(file: h5py.File, **options: object) -> h5py.Dataset:
    del file["dense/dense/bias:0"]
    return file["dense/dense"].create_dataset("bias:0", **options)


def inflating_chunk(file: h5py.File, _: Path) -> None:
    """Store a chunk of 4 MiB that unpacks to 2 GiB: a block of zeros, repeated."""
    options = {"shape": (3,), "maxshape": (None,), "chunks": (2**20,), "compression": "gzip"}
    stored = replace_bias(file, dtype="f4", **options)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(2**24)) + packer.flush(zlib.Z_FULL_FLUSH)
    stored.id.write_direct_chunk((0,), b"\x78\x01" + block * 128)


def names_of_one_array(file: h5py.File, _: Path) -> None:
    del file["dense"].attrs["weight_names"]
    file["dense"].attrs["weight_names"] = [b"dense/bias:0"] * (MAX_NAMES + 1)


def array_named_often(file: h5py.File, _: Path) -> None:
    replace_bias(file, shape=(MAX_ARRAY_BYTES // 8,), dtype="f4", chunks=(1024,))
    file["dense"].attrs["weight_names"] = [b"dense/bias:0"] * 3


def cycle(file: h5py.File, _: Path) -> None:
    file["dense/dense/again"] = file["dense"]
    file["dense"].attrs["weight_names"] = [b"dense/again/dense/again"]


HOSTILE: dict[str, tuple[Change, str]] = {
    "external link": (external_link, "a link to another place"),
    "external group": (external_group, "a link to another place"),
    "soft link": (soft_link, "a link to another place"),
    "external storage": (external_storage, "stored in another file"),
    "virtual": (virtual, "virtual"),
    "plugin": (lambda file, _: replace_bias(file, data=np.ones(9), compression="lzf"), "filter"),
    "integers": (lambda file, _: replace_bias(file, data=np.ones(3, int)), "floating-point"),
    "strings": (lambda file, _: replace_bias(file, data=["x"]), "floating-point"),
    "large array": (
        lambda file, _: replace_bias(file, shape=(10**12,), dtype="f4", chunks=(1024,)),
        "larger than 64 MiB",
    ),
    "large chunk": (
        lambda file, _: replace_bias(
            file, shape=(3,), maxshape=(None,), dtype="f4", chunks=(2**29,), compression="gzip"
        ),
        "too large chunks",
    ),
    "many names": (names_of_one_array, "too many or too long names"),
    "one array often": (array_named_often, "larger than 64 MiB"),
    "cycle": (cycle, "not an array"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    change, reason = HOSTILE[name]
    path = weight_file(tmp_path / "w.hdf5", change)
    with pytest.raises(ValueError, match=reason):
        read_layers(path)


MEASURED = """
import resource, sys
from pathlib import Path
from mebench_mean.hdf5_layers import read_layers
try:
    read_layers(Path(sys.argv[1]))
except ValueError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_chunk_that_unpacks_to_gigabytes_is_stopped(tmp_path: Path) -> None:
    path = weight_file(tmp_path / "w.hdf5", inflating_chunk)
    assert path.stat().st_size < 2**22
    command = [sys.executable, "-c", MEASURED, str(path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    reason, peak = printed.splitlines()
    assert "memory" in reason or "filter" in reason
    assert int(peak) < 2**30 + 2**26


def test_a_child_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hdf5_layers, "MAX_SECONDS", 0.05)
    begin = perf_counter()
    with pytest.raises(ValueError, match=r"more than 0.05 s"):
        read_layers(weight_file(tmp_path / "w.hdf5"))
    assert perf_counter() - begin < 30


def test_modules_in_the_working_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "h5py.py").write_text("raise SystemExit(9)")
    path = weight_file(tmp_path / "w.hdf5")
    monkeypatch.chdir(tmp_path)
    assert len(read_layers(Path(path.name))) == 1


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    content = bytearray(weight_file(tmp_path / "w.hdf5").read_bytes())
    random = np.random.default_rng(seed)
    for position in random.integers(0, len(content), 40):
        content[position] = random.integers(256)
    (tmp_path / "w.hdf5").write_bytes(content)
    try:
        read_layers(tmp_path / "w.hdf5")
    except ValueError as error:
        assert str(error)
