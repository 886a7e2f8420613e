"""What the miniatures of data sets are made of: frames, sheets, protocols."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import openpyxl
import xlwt

from mebench.datasets.frames.images import encode
from tests.datasets.material import picture

PROTOCOLS = Path(__file__).parents[3] / "protocols"

Rows = Sequence[Sequence[Any]]


@cache
def tiny(mark: int, suffix: str) -> bytes:
    """Return a tiny picture; most roads look at no face, but a check sees frames that repeat."""
    return encode(picture(mark), suffix)


def mark_of(folder: Path, number: int) -> int:
    """Return the number that a tiny picture shows: another one for each file."""
    return crc32(f"{folder.parent.name}/{folder.name}/{number}".encode()) & 0xFFFF


def frames(folder: Path, numbers: Iterable[int], name: str, pictures: Sequence[Path] = ()) -> Path:
    """Write the frames of a video.

    Parameters
    ----------
    folder : Path
        Where.
    numbers : iterable of int
        Of the files.
    name : str
        Of a file, such as ``img{}.jpg``.
    pictures : sequence of Path
        What the frames show, by hard links; without, tiny pictures, each one another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for at, number in enumerate(numbers):
        path = folder / name.format(number)
        if pictures:
            os.link(pictures[at % len(pictures)], path)
        else:
            path.write_bytes(tiny(mark_of(folder, number), path.suffix))
    return folder


def xlsx(path: Path, tabs: Mapping[str, Rows]) -> Path:
    """Write a workbook."""
    return _written(path, tabs, _xlsx)


def xls(path: Path, tabs: Mapping[str, Rows]) -> Path:
    """Write an old workbook, as of Excel 2003."""
    return _written(path, tabs, _xls)


_made: dict[tuple[str, str], bytes] = {}


def _written(path: Path, tabs: Mapping[str, Rows], save: Callable[..., None]) -> Path:
    """Write a workbook; one with the same cells is made once."""
    key = save.__name__, repr([(name, [*map(list, rows)]) for name, rows in tabs.items()])
    if key not in _made:
        content = BytesIO()
        save(tabs, content)
        _made[key] = content.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_made[key])
    return path


def _xlsx(tabs: Mapping[str, Rows], target: BytesIO) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in tabs.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(list(row))
    book.save(target)


def _xls(tabs: Mapping[str, Rows], target: BytesIO) -> None:
    book = xlwt.Workbook()
    for name, rows in tabs.items():
        tab = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    tab.write(at, column, value)
    book.save(target)


def own_protocol(
    path: Path, shipped: str, dataset: str, subjects: int, videos: int, samples: int
) -> Path:
    """Write a protocol that ships with mebench, for one data set and with counts of its own."""
    text = (PROTOCOLS / f"{shipped}.toml").read_text(encoding="utf-8")
    head, *blocks = text.split("[[datasets]]")
    (block,) = (one for one in blocks if f'\nid = "{dataset}"\n' in one)
    for section in ("[datasets.expected]", "[expected]"):
        block = block.partition(section)[0]
    head = head.replace(f'id = "{shipped}"', f'id = "mini-{dataset}@1"')
    counts = f"subjects = {subjects}\nvideos = {videos}\nsamples = {samples}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}[[datasets]]{block}\n[expected]\n{counts}", encoding="utf-8")
    return path
