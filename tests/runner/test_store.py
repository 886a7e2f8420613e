"""Prepared arrays: what was kept is given back as it was, or not at all."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mebench.diagnostics import UsageError
from mebench.runner import Store

KEY = {"video": "pixels 50", "size": [3, 4], "step": 0.5}
NAMES = st.sampled_from(["flow", "file", "allow_pickle", "self", "sha256", "ä/ö", "x.npy"])
DTYPES = st.sampled_from(["<f4", ">f8", "|u1", "<i8", "|b1", "<f2"])


@given(
    st.dictionaries(
        NAMES, DTYPES.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(min_side=0)))
    )
)
def test_arrays_come_back(
    kept: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]],
) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "deep" / "down")
        assert store.get(KEY) is None
        store.put(KEY, kept)
        found = Store(Path(folder) / "deep" / "down").get(dict(reversed(KEY.items())))
        assert found is not None
        assert set(found) == set(kept)
        for name, array in kept.items():
            assert found[name].dtype == array.dtype
            assert found[name].tobytes() == array.tobytes()
        assert store.get({**KEY, "step": 0.25}) is None


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """Return the file of an entry."""
    Store(tmp_path).put(KEY, {"flow": np.arange(600.0), "mask": np.ones((3, 3), bool)})
    [file] = tmp_path.rglob("*.npz")
    return file


def test_numpy_reads_it(entry: Path) -> None:
    with np.load(entry) as file:
        assert sorted(file.files) == ["flow", "mask"]
        assert file["flow"][599] == 599


def test_every_flipped_bit_is_noticed(entry: Path, tmp_path: Path) -> None:
    content = entry.read_bytes()
    for place in range(0, len(content), 31):
        entry.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert Store(tmp_path).get(KEY) is None, place
    entry.write_bytes(content)
    assert Store(tmp_path).get(KEY) is not None


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 1000])
def test_a_cut_entry_is_none(entry: Path, tmp_path: Path, size: int) -> None:
    entry.write_bytes(entry.read_bytes()[:size])
    assert Store(tmp_path).get(KEY) is None
    Store(tmp_path).put(KEY, {"flow": np.zeros(1)})
    assert Store(tmp_path).get(KEY) is not None


def test_the_same_arrays_are_the_same_bytes(entry: Path, tmp_path: Path) -> None:
    before = entry.read_bytes()
    Store(tmp_path).put(KEY, {"mask": np.ones((3, 3), bool), "flow": np.arange(600.0)})
    assert entry.read_bytes() == before


def test_objects_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        Store(tmp_path).put(KEY, {"objects": np.array([{}], object)})
    assert list(tmp_path.rglob("*.npz")) == []


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot-write"):
        Store(tmp_path / "file").put(KEY, {})
