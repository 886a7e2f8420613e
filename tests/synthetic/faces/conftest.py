"""Rigs of a few people, built once for all workers."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mebench_synthetic.faces.rig import Rig


if find_spec("cv2") is None:  # the faces are drawn with OpenCV
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def _rig(index: int) -> Rig:
    from mebench_synthetic.dataset import cached_rig

    return cached_rig(1, index)


@pytest.fixture(scope="session")
def rig() -> Rig:
    """Return a man of about 35 with short hair."""
    return _rig(0)


@pytest.fixture(scope="session")
def old_rig() -> Rig:
    """Return a woman of about 65."""
    return _rig(3)


@pytest.fixture(scope="session")
def dark_rig() -> Rig:
    """Return a man with dark skin."""
    return _rig(4)
