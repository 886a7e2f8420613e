"""An audit as text, JSON and Markdown."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from mebench.audit.auditing import Audit, Finding
from mebench.audit.registry import RULES
from mebench.audit.rule import SURENESS
from mebench.diagnostics.showing import printable
from mebench.files import as_json
from mebench.wording import counted

Layout = Literal["text", "json", "markdown"]


def show(done: Audit, layout: Layout) -> str:
    """Return an audit in a layout."""
    if layout == "json":
        return as_json(
            {
                "rows": len(done.rows),
                "counts": _counts(done),
                "findings": [one.as_dict() for one in done.findings],
            }
        )
    return as_text(done) if layout == "text" else as_markdown(done)


def as_text(done: Audit) -> str:
    """Return an audit for a terminal: one finding a paragraph, then what was looked at."""
    lines: list[str] = []
    for one in done.findings:
        group = "" if one.breach.group == "headline" else f", {one.breach.group}"
        head = f"{one.place}: {one.rule.sureness} [{one.rule.id}] {one.breach.says}"
        unit = f"    {one.row.row.method}, {one.row.protocol.id}{group}; {one.row.row.source}"
        lines += [head, unit]
        if one.breach.consistent:
            lines.append(f"    Consistent: {one.breach.consistent}")
        if one.correction:
            lines.append(f"    Known to be right: {one.correction}")
    if lines:
        lines.append("")
    return "\n".join(map(printable, [*lines, summary(done)])) + "\n"


def summary(done: Audit) -> str:
    """Return in a line what was looked at and what was found."""
    counts = {name: number for name, number in _counts(done).items() if number}
    told = ", ".join(f"{number} {name}" for name, number in counts.items()) or "nothing found"
    return f"{counted(len(done.rows), 'row')}, {counted(len(RULES), 'rule')}: {told}."


def as_markdown(done: Audit) -> str:
    """Return an audit for a page: a list of findings a row."""
    blocks: list[str] = []
    by_row: dict[int, list[Finding]] = {}
    for one in done.findings:
        by_row.setdefault(id(one.row), []).append(one)
    for found in by_row.values():
        row = found[0].row
        lines = [
            f"**{_plain(row.row.method)}**, `{row.protocol.id}` ({_plain(row.row.source)})",
            "",
        ]
        for one in found:
            more = (
                f" *Consistent:* {_plain(one.breach.consistent)}" if one.breach.consistent else ""
            )
            known = f" *Known to be right:* {_plain(one.correction)}" if one.correction else ""
            lines.append(
                f"- {one.rule.sureness}, `{one.rule.id}`: {_plain(one.breach.says)}{more}{known}"
            )
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, summary(done)]) + "\n"


def rules_as_text() -> str:
    """Return the list of rules for a terminal."""
    widest = max(len(rule.id) for rule in RULES)
    return "".join(f"{rule.id:<{widest}}  {rule.sureness:<12}  {rule.title}\n" for rule in RULES)


def rules_as_markdown() -> str:
    """Return the rules with their arithmetic as a Markdown table."""
    lines = ["| rule | sureness | what is looked at, and why it must hold |", "|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.sureness} | {rule.title}. {_plain(rule.why)} |" for rule in RULES
    ]
    return "\n".join(lines) + "\n"


def _counts(done: Audit) -> dict[str, int]:
    counts = Counter(one.rule.sureness for one in done.findings)
    return {name: counts[name] for name in SURENESS}


def _plain(text: str) -> str:
    """Return a text in which Markdown sees no marks of its own."""
    import re

    return re.sub(r"[\\`*_\[\]<>|~]", r"\\\g<0>", printable(" ".join(text.split()), "�"))
