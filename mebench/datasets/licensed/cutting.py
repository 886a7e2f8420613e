"""Clips whose files go on with the numbers of the longer video they were cut from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mebench.datasets.frames.numbers import number_files
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.copies import LocalCopy
from mebench.datasets.licensed.layout import entries


def with_first_files(rows: Sequence[Annotation], copy: LocalCopy) -> list[Annotation]:
    """Return rows with the number of their clip's first file, where its frames are there.

    Parameters
    ----------
    rows : sequence of Annotation
        Of clips.
    copy : LocalCopy
        Where they lie.
    """
    found = []
    for row in rows:
        there = copy.find(row.subject, row.video)
        names = () if there is None else (one.name for one in entries(there.path))
        numbers = number_files(names).by_number
        found.append(replace(row, first=next(iter(numbers))) if numbers else row)
    return found
