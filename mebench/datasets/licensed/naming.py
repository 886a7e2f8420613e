"""Names of folders from what a sheet writes for them."""

from __future__ import annotations


def subject_folder(prefix: str, text: str | None, digits: int = 0) -> str:
    """Return the folder of a subject that a sheet may give as a number alone.

    Parameters
    ----------
    prefix : str
        What comes before the number in the folder's name.
    text : str or None
        What the sheet says: ``1``, ``01`` and ``sub01`` are one.
    digits : int
        To how many digits the folders' numbers are filled up.
    """
    text = text or ""
    number = text.casefold().removeprefix(prefix.casefold())
    return f"{prefix}{int(number):0{digits}d}" if number.isdecimal() else text
