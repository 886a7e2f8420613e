"""What all pictures of a score have in common: a title, and the signature of the score below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import MebenchError
from mebench.evaluation.build_report import EvaluationResult
from mebench.plots.figure import FOOTER, canvas, text_width, truncate_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE_LINE = 0.17
"""The height of the title in inches."""

MAX_LINES = 6
"""The maximum number of lines of a signature."""


@dataclass(frozen=True, slots=True)
class Caption:
    """The title of a picture, and the signature of the score that it shows."""

    title: str
    signature: str = ""


NO_CAPTION = Caption("")


def caption_of(result: EvaluationResult, title: str = "") -> Caption:
    """Return the caption of an evaluation: the system or its file, the protocol, the signature."""
    table = result.predictions
    system = Path(table.file or "").name if table.system is None else table.system.name
    names = [title, system, result.protocol.id]
    return Caption(", ".join(filter(None, names)), result.signature)


@contextmanager
def scored_canvas(path: str | Path, width: float, caption: Caption) -> Iterator[Figure]:
    """Yield an empty figure with constrained layout, and save it with its caption.

    The block sets the height of the content, without the caption.
    """
    with canvas(path, width, 1.0, signature_lines(caption.signature, 0.91 * width)) as figure:
        figure.set_layout_engine("constrained", h_pad=0.03, w_pad=0.04)
        yield figure
        if caption.title:
            figure.set_figheight(figure.get_figheight() + TITLE_LINE)
            figure.suptitle(truncate_text(caption.title, width - 0.1))


def signature_lines(signature: str, width: float) -> list[str]:
    """Return a signature in lines that fit a width in inches, broken between its parts."""
    lines: list[str] = []
    for part in filter(None, signature.split("|")):
        longer = f"{lines[-1]}|{part}" if lines else part
        if lines and text_width(longer, FOOTER) <= width:
            lines[-1] = longer
        elif len(lines) < MAX_LINES:
            lines.append(truncate_text(f"|{part}" if lines else part, width, FOOTER))
    return lines


def nothing_to_draw(message: str, remedy: str = "") -> MebenchError:
    """Return the error for a score that has no such picture."""
    return MebenchError.of("nothing-to-draw", message, remedy)


def need_spotting(result: EvaluationResult, what: str) -> None:
    """Raise ``nothing-to-draw`` under a protocol that spots no expressions."""
    if not result.protocol.spots:
        raise nothing_to_draw(f"{result.protocol.id} spots no expressions: there is no {what}.")


def need_kinds(result: EvaluationResult) -> None:
    """Raise ``nothing-to-draw`` for a log without kinds, of which only the given pairs match."""
    if not result.kinds_known:
        raise nothing_to_draw(
            "The log does not state which expressions are macro and which micro.",
            "If all expressions are of one kind, pass --kind; else use a file with kinds.",
        )


def rounded(value: float | None) -> str:
    """Return a value with three decimals; a dash if it is undefined."""
    return "–" if value is None or isnan(value) else f"{value:.3f}"
