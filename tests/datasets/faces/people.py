"""People as a data set draws them."""

from __future__ import annotations

from mebench.datasets.synthetic.person import Person, draw_person
from mebench.draws import RandomStream


def someone(place: int, seed: int = 1) -> Person:
    """Draw the person of a place."""
    return draw_person(RandomStream(seed, "person", place), place)
