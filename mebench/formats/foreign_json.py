"""Name JSON of other projects for what it looks like, with the way to a file that can be read."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from mebench.diagnostics import MebenchError, Place
from mebench.formats.text_file import TextFile

_FRAMES = {"onset", "offset", "start", "end", "pred_onset", "pred_offset", "segment", "emotion"}
_FIELDS = _FRAMES | {"subject", "video", "vid", "sample", "label"}
_ROWS = "Write the rows as a CSV; `mebench inspect` then shows how it is read: "
_BY_HAND = (
    "Write one row per interval as a CSV with the columns subject,video,onset,offset,emotion,"
    "score, or fill in the file that `mebench template --protocol ID` writes."
)


def activitynet_key(document: object) -> str | None:
    """Return ``results`` or ``database`` if this is ActivityNet JSON, else None."""
    if not isinstance(document, dict) or "format" in document:
        return None
    keys = ("results", "database")
    return next((key for key in keys if isinstance(document.get(key), dict)), None)


def refuse_json_lines(source: TextFile) -> None:
    """Raise ``foreign-json`` if a text that is not valid JSON has one object per line."""
    lines = [line for _, line in source.lines()]
    if len(lines) > 1 and all(map(_is_object, lines[:10])):
        what, remedy = "JSON Lines, one object per line", _ROWS + _by_pandas(source, lines=True)
        raise _error(source, what, remedy)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def refuse_foreign_json(document: object, source: TextFile) -> None:
    """Raise ``foreign-json`` if a document looks like that of another project."""
    described = _describe(document, source)
    if described is not None:
        raise _error(source, *described)


def _error(source: TextFile, what: str, remedy: str) -> MebenchError:
    place = Place(file=source.name, line=source.first_line_number, column=1, pointer="")
    return MebenchError.of("foreign-json", f"This looks like {what}.", remedy, place)


def _describe(document: object, source: TextFile) -> tuple[str, str] | None:
    """Return what a document looks like and the remedy; None for a file of mebench's own."""
    if isinstance(document, dict):
        if "format" in document or "videos" in document or "samples" in document:
            return None
        if isinstance(document.get("results"), dict) or isinstance(document.get("database"), dict):
            return None  # ActivityNet JSON
        if {"images", "annotations"} <= document.keys():
            return "COCO annotations of images", _BY_HAND
        if any(document.values()) and all(map(_is_rows, document.values())):
            return "rows of intervals by video, {VIDEO: [...]}", _BY_HAND
        if document and all(map(_is_subject, document.values())):
            return "intervals by subject and video, {SUBJECT: {VIDEO: [...]}}", _BY_HAND
        is_column = all(isinstance(value, list | dict) for value in document.values())
        if is_column and len({str(name).casefold() for name in document} & _FIELDS) >= 2:
            return "the columns of a table", _ROWS + _by_pandas(source)
        return None
    if not isinstance(document, list) or not document:
        return None
    first = document[0]
    if isinstance(first, dict) and {"image_id", "category_id"} <= first.keys():
        return "COCO results, with detections in images", _BY_HAND
    if all(isinstance(row, dict) for row in document[:100]):
        return "a list of rows", _ROWS + _by_pandas(source)
    return None


def _is_subject(value: object) -> bool:
    """Return whether a value is an object from videos to rows of intervals."""
    if not isinstance(value, dict):
        return False
    return any(value.values()) and all(map(_is_rows, value.values()))


def _is_rows(value: object) -> bool:
    """Return whether a value is a list of intervals: objects, or pairs of numbers."""

    def is_row(row: object) -> bool:
        if isinstance(row, dict):
            return bool(_FRAMES & {str(key).casefold() for key in row})
        if not isinstance(row, list) or len(row) < 2:
            return False
        return all(isinstance(one, int | float) for one in row[:2])

    return isinstance(value, list) and all(map(is_row, value[:100]))


def _by_pandas(source: TextFile, lines: bool = False) -> str:
    """Return a command that writes rows as a CSV in the current folder."""
    target = Path(source.name).with_suffix(".csv").name
    options = ", lines=True" if lines else ""
    code = (
        f"import pandas; pandas.read_json({source.name!r}{options}).to_csv({target!r}, index=False)"
    )
    return f"python -c {shlex.quote(code)}"
