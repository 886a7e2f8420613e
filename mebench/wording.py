"""Numbers and names as messages say them."""

from __future__ import annotations


def pluralize(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 interval``, ``2 intervals``.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        What, in the singular.
    plural : str, optional
        Where it is not the noun with an s.
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
