"""People drawn as in a data set."""

from __future__ import annotations

from mebench.util.random_streams import RandomStream
from mebench_synthetic.faces.person import Person, draw_person


def someone(index: int, seed: int = 1) -> Person:
    """Draw the person with an index."""
    return draw_person(RandomStream(seed, "person", index), index)
