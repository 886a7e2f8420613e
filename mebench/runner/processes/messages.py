"""The messages of a worker process to its parent: JSON and arrays of numbers.

A baseline may run in a sandbox, and then its parent must not unpickle what it sends: a pickle can
run any code. Tasks travel the other way, from the harness to the worker, and are pickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mebench.diagnostics import Diagnostic, Place
from mebench.runner.types import FoldResult
from mebench.util.array_store import as_npz, from_npz


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has started, or has opened the videos: the time limit of a task begins anew."""


@dataclass(frozen=True, slots=True)
class NeedsFrames:
    """The baseline reads a frame for the first time: a reader process is needed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The fraction of the task that is done, and the current step."""

    share: float
    what: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed: what to report, further diagnostics per code, and the traceback."""

    diagnostics: tuple[Diagnostic, ...]
    omitted: Mapping[str, int] = field(default_factory=dict)
    trace: str = ""

    @classmethod
    def of(cls, code: str, message: str, remedy: str) -> Failure:
        """Return a failure with one diagnostic."""
        return cls((Diagnostic(code, "error", message, remedy),))


Message = Ready | NeedsFrames | Progress | Failure | FoldResult

_TYPES: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Ready, NeedsFrames, Progress, Failure, FoldResult)
}


def encode(message: Message) -> bytes:
    """Return a message as bytes: a line of JSON, then the arrays of a result."""
    if isinstance(message, FoldResult):
        warnings = [asdict(warning) for warning in message.warnings]
        content = {"data": message.data, "seconds": message.seconds, "warnings": warnings}
        arrays = as_npz(message.arrays) if message.arrays else b""
    else:
        content, arrays = asdict(message), b""
    line = json.dumps([type(message).__name__, content], allow_nan=False)
    return line.encode() + b"\n" + arrays


def decode(content: bytes) -> Message:
    """Return the message of :func:`encode`.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is no message: a baseline has written to the connection.
    """
    line, _, arrays = content.partition(b"\n")
    name, values = json.loads(line)
    for field_name in {"diagnostics", "warnings"} & values.keys():
        values[field_name] = tuple(
            Diagnostic(**{**one, "place": Place(**one["place"])}) for one in values[field_name]
        )
    if arrays:
        values["arrays"] = from_npz(arrays)
    message: Message = _TYPES[name](**values)
    return message
