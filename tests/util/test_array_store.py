"""Arrays in .npz files: damaged and hostile files are errors, and large ones are never loaded."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mebench.util import array_store
from mebench.util.array_store import as_npz, from_npz

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=9)
FEW = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)


def header(shape: object, descr: object = "<f8") -> bytes:
    """Return the header of an array, whatever the data behind it."""
    text = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def packed(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.npy", content)
    return buffer.getvalue()


SEED = as_npz({"a": np.arange(6.0).reshape(2, 3), "b": np.array("x")})


@given(
    st.dictionaries(NAMES, arrays.arrays(arrays.scalar_dtypes(), FEW), max_size=3), st.booleans()
)
def test_arrays_survive(content: dict[str, np.ndarray], compressed: bool) -> None:
    found = from_npz(as_npz(content, compressed=compressed))
    assert set(found) == set(content)
    for name, array in found.items():
        assert array.dtype == content[name].dtype
        assert array.shape == content[name].shape
        assert array.tobytes() == content[name].tobytes()


def test_fields_with_names_in_any_script_survive() -> None:
    array = np.zeros(3, np.dtype([("微表情", "f4"), ("b", "i2")]))
    with pytest.warns(UserWarning, match="3"):
        content = as_npz({"a": array})
    assert from_npz(content)["a"].dtype == array.dtype


@pytest.mark.parametrize("honest", [True, False])
def test_sizes_are_checked_before_arrays_are_loaded(
    honest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_store, "MAX_UNPACKED", 2**26)
    size = 2**26 if honest else 2**32
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for at in range(4):
            with archive.open(f"{at}.npy", "w", force_zip64=True) as stream:
                stream.write(header((size // 4 + 1,), "|u1") + bytes(1))
                for _ in range(size // 2**26 if honest else 0):
                    stream.write(bytes(2**24))
    tracemalloc.start()
    with pytest.raises(ValueError, match="would need" if honest else "differs from its header"):
        from_npz(buffer.getvalue())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no array",
        header((3,)),
        header((2,)) + bytes(24),
        header((-1,)),
        header((-1, -3)) + bytes(24),
        header((True,)) + bytes(8),
        header((10**40,)),
        header((1,), "|O") + bytes(8),
        header((1,), "<f800000") + bytes(8),
        header((1,)).replace(b"(1,)", b"(1,\0") + bytes(8),
        header((1,)).replace(b"{", b"(") + bytes(8),
        header((1,)).replace(b"(1,)", b"'''\n ") + bytes(8),
        header((1,)).replace(b"(1,)", b"\n 1\n") + bytes(8),
        header((1,))[:8] + b"\xff\xff",
        b"\x93NUMPY\x07\x00" + header((1,))[8:] + bytes(8),
        b"\x93NUMPY\x02\x00" + header((1,))[8:] + bytes(8),
        b"\x93NUMPY\x01\x00\x10\x27" + b"(" * 10_000,
        b"\x93NUMPY\x01\x00\x10\x27" + b"-" * 10_000,
    ],
    ids=lambda content: repr(content[:70]),
)
def test_damaged_headers_are_errors(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_npz(packed(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_compression_methods_are_refused(method: int) -> None:
    with pytest.raises(ValueError, match="compression"):
        from_npz(packed(header((1,)) + bytes(8), method))


@given(st.lists(st.tuples(st.integers(0, len(SEED) - 1), st.integers(0, 255)), min_size=1))
def test_any_damage_is_an_error_or_has_no_effect(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(SEED)
    for position, value in changes:
        damaged[position] = value
    try:
        from_npz(bytes(damaged))
    except ValueError as error:
        assert str(error)
