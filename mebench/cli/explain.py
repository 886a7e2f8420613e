"""``mebench explain``: codes, metrics, parts of the signature, and terms.

A word is searched first where nothing has to be imported. A word of several groups is explained in
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from mebench.cli.completion import complete_words
from mebench.cli.output import echo_text
from mebench.util.terminal import stdout_width
from mebench.util.text import did_you_mean

if TYPE_CHECKING:
    from mebench.metrics.metric import Metric


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about a word.

    Attributes
    ----------
    group : str
        The group of the word, in ``GROUPS``.
    name, title, text : str
        The word, what it is in a line, and sentences.
    note : str
        What is printed behind the word in brackets.
    facts : dict of str to str
        Further facts by name, each a line.
    data : dict
        Further fields for programs.
    also : tuple of str
        Other names.
    """

    group: str
    name: str
    title: str
    text: str
    note: str
    facts: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def as_text(self, width: int) -> str:
        """Return the explanation for a terminal."""
        from mebench.tables.grid import Grid

        text = fill(" ".join(self.text.split()), width, break_long_words=False,
                    break_on_hyphens=False)  # fmt: skip
        parts = [f"{self.name}  ({self.note})\n{self.title}", text]
        if self.facts:
            grid = Grid(["", ""], "ll", [[name, value] for name, value in self.facts.items()])
            parts.append("\n".join(grid.as_text("", width)))
        return "\n\n".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation for ``--format json``."""
        text = " ".join(self.text.split())
        return {"group": self.group, "name": self.name, "title": self.title, "text": text} | (
            self.data
        )


def explain(
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="WORD",
            help="A code (findings show it in brackets), a metric, a part of the signature, or a "
            "term.",
            autocompletion=complete_words,
        ),
    ] = None,
    layout: Annotated[Literal["text", "json"], Option("--format", help="The format.")] = "text",
) -> None:
    """Explain a code, a metric, a part of the signature or a term; without a word, list all."""
    from mebench.diagnostics import UsageError
    from mebench.util.atomic_write import to_json_text

    word = " ".join(words or ())
    if word.strip("[] "):
        found = _find(word)
        if not found:
            raise UsageError.of(
                "unknown-code",
                f"There is no code, metric, part of the signature or term {word[:80]!r}."
                + did_you_mean(word, _names(), 3),
                "`mebench explain` lists them all.",
            )
    else:
        found = [entry for entries in GROUPS.values() for entry in entries()]
    if layout == "json":
        echo_text(to_json_text([entry.as_dict() for entry in found]))
    elif word:
        echo_text("\n\n".join(entry.as_text(stdout_width()) for entry in found))
    else:
        echo_text(_list(found))


def _find(word: str) -> list[Explanation]:
    """Return the explanations of a word, of all groups; a title of metrics only if none has it."""
    from mebench.metrics.metric_ids import metric_ids

    key = _key(word)
    light = (_terms, _signature_parts, _codes)
    found = [
        entry for entries in light for entry in entries() if key in map(_key, _spellings(entry))
    ]
    if found and key not in map(_key, metric_ids()):
        return found
    metrics = list(_metrics())
    found[:0] = [entry for entry in metrics if _key(entry.name) == key]
    if not found:
        found = [entry for entry in metrics if _key(entry.data["short_title"]) == key]
    found = found or [entry for entry in _rules() if _key(entry.name) == key]
    return found or _own_metric(word)


def _key(word: str) -> str:
    """Return a word in the spelling in which words are compared: ``True_positive``, ``[code]``."""
    return "-".join(word.strip("[] ").casefold().replace("_", " ").replace("-", " ").split())


def _spellings(entry: Explanation) -> tuple[str, ...]:
    return entry.name, *entry.also


def _names() -> list[str]:
    return [name for entries in GROUPS.values() for one in entries() for name in _spellings(one)]


def _list(entries: list[Explanation]) -> str:
    """Return all words with their titles, by group."""
    from mebench.tables.grid import Grid

    lines = []
    for title in GROUPS:
        rows: list[list[str | None]] = [
            [one.name, one.title] for one in entries if one.group == title
        ]
        lines += [title, *Grid(["", ""], "ll", rows).as_text("  ", stdout_width()), ""]
    return "\n".join(lines)


def _terms() -> Iterator[Explanation]:
    from mebench.diagnostics.glossary import terms

    for name, (title, text, also) in terms().items():
        yield Explanation("Terms", name, title, text, "term", also=also)


def _signature_parts() -> Iterator[Explanation]:
    from mebench.diagnostics.glossary import signature_fields

    for name, (title, text, _) in signature_fields().items():
        yield Explanation("Parts of the signature", name, title, text, "signature")


def _codes() -> Iterator[Explanation]:
    from mebench.diagnostics.catalog import catalog

    for name, (severity, title, text) in catalog().items():
        yield Explanation("Codes of findings", name, title, text, severity,
                          data={"severity": severity})  # fmt: skip


def _rules() -> Iterator[Explanation]:
    from mebench.audit.rule import CERTAINTY_TEXTS
    from mebench.audit.run_audit import RULES

    for rule in RULES:
        note = f"audit, {rule.certainty}: {CERTAINTY_TEXTS[rule.certainty]}"
        yield Explanation("Rules of the audit", rule.id, rule.title, rule.why, note,
                          data={"certainty": rule.certainty})  # fmt: skip


def _metrics() -> Iterator[Explanation]:
    from mebench.metrics.registry import METRICS_BY_ID

    return map(_metric, METRICS_BY_ID.values())


def _own_metric(word: str) -> list[Explanation]:
    """Return the explanation of a metric of an installed package."""
    from mebench.metrics.find_metrics import find_metrics, is_installed

    found = find_metrics([word]) if is_installed(word) else ()
    return [
        _metric(own.metric, f"{own.package} {own.version}")
        for own in found
        if not isinstance(own, str)
    ]


COVERAGE = {
    "Analysis": "It is over the spotted true positives whose true emotion is in the class list; in "
    "recognition, over all samples.",
    "Analysis, all videos": "It is over every true expression in the class list and the prediction "
    "with the highest score of its video, whatever they overlap; for protocols with one expression "
    "per video.",
}
"""What the metrics of a section of the table are computed over."""

SCALES = {
    "logit": "on the logit scale",
    "bias-corrected logit": "on the logit scale, around the bias-corrected value",
    "log": "on the logarithmic scale",
}


def _metric(metric: Metric, package: str = "mebench") -> Explanation:
    from mebench.diagnostics.catalog import catalog
    from mebench.statistics.intervals import OF_A_CLASS, PAIRS

    formula, source, undefined = metric.definition
    needed = {
        "any": "",
        "pairs": f"; none with fewer than {PAIRS} analyzed expressions",
        "classes": f"; none if a class has fewer than {OF_A_CLASS} analyzed expressions or "
        "subjects",
    }[metric.sufficient]
    reasons = {
        one.reason: catalog()[one.reason].title if one.reason in catalog() else one.reason
        for one in undefined
    }
    values = f"0 {metric.unit} or more" if metric.unit else "0 to 1"
    interval = f"95 %, delete-one-subject jackknife {SCALES[metric.scale]}{needed}"
    facts = {
        "Source": source or package,
        "Range": f"{values}, {metric.better} is better",
        "Undefined": "; ".join(f"{title} ({code})" for code, title in reasons.items()) or "never",
        "Interval": interval,
    }
    data = {
        "section": metric.section,
        "short_title": metric.title,
        "source": source,
        "range": [0, None if metric.unit else 1],
        "unit": metric.unit,
        "better": metric.better,
        "undefined": list(reasons),
        "interval": interval,
    }
    text = f"{formula} {COVERAGE.get(metric.section, '')}".strip()
    title = f"{metric.section}: {metric.title}"
    return Explanation("Metrics", metric.id, title, text, "metric", facts, data)


GROUPS: dict[str, Callable[[], Iterator[Explanation]]] = {
    "Terms": _terms,
    "Metrics": _metrics,
    "Parts of the signature": _signature_parts,
    "Codes of findings": _codes,
    "Rules of the audit": _rules,
}
"""The groups of words, in the order of the list."""
