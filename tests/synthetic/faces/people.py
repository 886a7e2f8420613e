"""People as a data set draws them."""

from __future__ import annotations

from mebench.util.random_streams import RandomStream
from mebench_synthetic.faces.person import Person, draw_person


def someone(place: int, seed: int = 1) -> Person:
    """Draw the person of a place."""
    return draw_person(RandomStream(seed, "person", place), place)
