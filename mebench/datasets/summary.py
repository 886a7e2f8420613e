"""A truth in a few numbers: subjects, videos and expressions, and their lengths by class."""

from __future__ import annotations

from collections import Counter
from html import escape
from statistics import median

from mebench.models.truth import TruthManifest
from mebench.tables.grid import Grid
from mebench.util.text import pluralize


def expressions_by_kind(truth: TruthManifest) -> dict[str, int]:
    """Return the number of expressions per kind; an empty key if the truth states no kind."""
    kinds = Counter(
        interval.get("kind") or "" for video in truth.videos for interval in video.intervals or []
    )
    return dict(sorted(kinds.items(), reverse=True))


def kinds_as_text(expressions: dict[str, int]) -> str:
    """Return the number of expressions per kind: ``52 micro, 16 macro``."""
    return ", ".join(f"{number} {kind}".strip() for kind, number in expressions.items()) or "0"


def counts_as_text(subjects: int, videos: int, expressions: int) -> str:
    """Return the size of a data set in words: ``8 subjects, 16 videos, 52 expressions``."""
    return (
        f"{pluralize(subjects, 'subject')}, {pluralize(videos, 'video')}, "
        f"{pluralize(expressions, 'expression')}"
    )


def size_of(truth: TruthManifest) -> str:
    """Return the size of a truth in words."""
    subjects = len({video.subject for video in truth.videos})
    expressions = sum(expressions_by_kind(truth).values())
    return counts_as_text(subjects, len(truth.videos), expressions)


def count_rows(truth: TruthManifest) -> list[list[str | None]]:
    """Return the counts of a truth, each with its name."""
    rows: list[list[str | None]] = [
        ["subjects", str(len({video.subject for video in truth.videos}))],
        ["videos", str(len(truth.videos))],
        ["expressions", kinds_as_text(expressions_by_kind(truth))],
    ]
    if truth.samples:
        rows.append(["samples", str(len(truth.samples))])
    return rows


def class_table(truth: TruthManifest) -> Grid:
    """Return the number and the lengths of the expressions of each kind and emotion."""
    grid = Grid(["kind", "emotion", "number", "shortest", "median", "longest"], "llrrrr")
    groups: dict[tuple[str, str], list[int]] = {}
    for interval in (one for video in truth.videos for one in video.intervals or []):
        key = (interval.get("kind") or "", interval.get("emotion") or "")
        groups.setdefault(key, []).append(interval["offset"] - interval["onset"] + 1)
    for (kind, emotion), lengths in sorted(groups.items()):
        numbers = (len(lengths), min(lengths), f"{median(lengths):g}", max(lengths))
        grid.rows.append([kind or None, emotion or None, *map(str, numbers)])
    return grid


def as_html(title: str, truth: TruthManifest) -> str:
    """Return the counts of a truth as HTML for a notebook; no frame is read."""
    counts = Grid(["", ""], "lr", count_rows(truth))
    lengths = [video.n_frames for video in truth.videos if video.n_frames is not None]
    if truth.videos and len(lengths) == len(truth.videos):
        counts.rows.append(["frames", str(sum(lengths))])
    rates = sorted({video.fps for video in truth.videos if video.fps is not None})
    if rates:
        counts.rows.append(["frames per second", ", ".join(f"{rate:g}" for rate in rates)])
    tables = [counts, class_table(truth)]
    html = "".join(table.as_html() for table in tables if table.rows)
    return f"<p><strong>{escape(title)}</strong></p>{html}"
