"""Natural order of names: ``s2`` before ``s10``."""

from __future__ import annotations

import re


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers within names by their value."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", name)
    return [(0, int(number), "") if number else (1, 0, text) for number, text in parts]
