"""What the tests of MEAN share: each weight file is read once, which starts a process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mebench_mean import author_weights
from mebench_mean.hdf5_layers import read_layers

Layers = list[list[NDArray[np.float32]]]


@cache
def layers_of(path: Path, _: bytes) -> Layers:
    """Return the layers of a file; the same file with another content is read again."""
    return read_layers(path)


@pytest.fixture(autouse=True, scope="module")
def read_once() -> Iterator[None]:
    """Read no weight file twice."""

    def read(path: Path) -> Layers:
        return layers_of(path, path.read_bytes() if path.is_file() else b"")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(author_weights, "read_layers", read)
        yield
