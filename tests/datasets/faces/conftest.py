"""Rigs of a few people, built once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

cv2 = pytest.importorskip("cv2", reason="the faces are drawn with OpenCV")

from mebench.datasets.synthetic.draws import Draws  # noqa: E402
from mebench.datasets.synthetic.faces.rig import Rig  # noqa: E402
from mebench.datasets.synthetic.person import Person, draw_person  # noqa: E402


def someone(place: int, seed: int = 1) -> Person:
    """Draw a person as a data set does."""
    return draw_person(Draws(seed, "person", place), place)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


@pytest.fixture(scope="session")
def rig() -> Rig:
    """Return a man of about 35 with short hair."""
    return Rig(someone(0))


@pytest.fixture(scope="session")
def old_rig() -> Rig:
    """Return a woman of about 65."""
    return Rig(someone(3))


@pytest.fixture(scope="session")
def dark_rig() -> Rig:
    """Return a man of dark skin."""
    return Rig(someone(4))
