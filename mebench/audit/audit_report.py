"""An audit as text, JSON and Markdown.

``python -m mebench.audit.audit_report PAGE`` updates the rules and the findings on the shipped
rows in a Markdown page.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Literal

from mebench.audit.rule import CERTAINTY_TEXTS
from mebench.audit.run_audit import RULES, AuditFinding, AuditResult, audit
from mebench.diagnostics.formatting import escape_unprintable
from mebench.published.loader import shipped_files
from mebench.util.atomic_write import to_json_text, write_text
from mebench.util.text import pluralize

AuditFormat = Literal["text", "json", "markdown"]


def format_audit(done: AuditResult, layout: AuditFormat) -> str:
    """Return an audit in a layout."""
    if layout == "json":
        return to_json_text(
            {
                "rows": len(done.rows),
                "counts": _counts(done),
                "findings": [one.as_dict() for one in done.findings],
            }
        )
    return audit_as_text(done) if layout == "text" else audit_as_markdown(done)


def audit_as_text(done: AuditResult) -> str:
    """Return an audit for a terminal: one finding a paragraph, then what was looked at."""
    lines: list[str] = []
    for one in done.findings:
        group = "" if one.violation.group == "headline" else f", {one.violation.group}"
        head = f"{one.place}: {one.rule.certainty} [{one.rule.id}] {one.violation.message}"
        unit = f"    {one.row.row.method}, {one.row.protocol.id}{group}; {one.row.row.source}"
        lines += [head, unit]
        if one.violation.consistent:
            lines.append(f"    Consistent: {one.violation.consistent}")
        if one.correction:
            lines.append(f"    Known to be right: {one.correction}")
    if lines:
        lines.append("")
    return "\n".join(map(escape_unprintable, [*lines, summary_line(done)])) + "\n"


def summary_line(done: AuditResult) -> str:
    """Return in a line what was looked at and what was found."""
    counts = {name: number for name, number in _counts(done).items() if number}
    told = ", ".join(f"{number} {name}" for name, number in counts.items()) or "nothing found"
    return f"{pluralize(len(done.rows), 'row')}, {pluralize(len(RULES), 'rule')}: {told}."


def audit_as_markdown(done: AuditResult) -> str:
    """Return an audit for a page: a list of findings a row."""
    blocks: list[str] = []
    by_row: dict[int, list[AuditFinding]] = {}
    for one in done.findings:
        by_row.setdefault(id(one.row), []).append(one)
    for found in by_row.values():
        row = found[0].row
        lines = [
            f"**{_escape(row.row.method)}**, `{row.protocol.id}` ({_escape(row.row.source)})",
            "",
        ]
        for one in found:
            more = (
                f" *Consistent:* {_escape(one.violation.consistent)}"
                if one.violation.consistent
                else ""
            )
            known = f" *Known to be right:* {_escape(one.correction)}" if one.correction else ""
            message = _escape(one.violation.message)
            lines.append(f"- {one.rule.certainty}, `{one.rule.id}`: {message}{more}{known}")
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, summary_line(done)]) + "\n"


def rules_as_text() -> str:
    """Return the list of rules for a terminal."""
    widest = max(len(rule.id) for rule in RULES)
    return "".join(f"{rule.id:<{widest}}  {rule.certainty:<12}  {rule.title}\n" for rule in RULES)


def rules_as_markdown() -> str:
    """Return the rules with their arithmetic as a Markdown table."""
    lines = ["| rule | sureness | what is looked at, and why it must hold |", "|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.certainty} | {rule.title}. {_escape(rule.why)} |" for rule in RULES
    ]
    return "\n".join(lines) + "\n"


def _counts(done: AuditResult) -> dict[str, int]:
    counts = Counter(one.rule.certainty for one in done.findings)
    return {name: counts[name] for name in CERTAINTY_TEXTS}


def _escape(text: str) -> str:
    """Return a text in which Markdown sees no marks of its own."""
    import re

    return re.sub(r"[\\`*_\[\]<>|~]", r"\\\g<0>", escape_unprintable(" ".join(text.split()), "�"))


def generated_parts() -> dict[str, str]:
    """Return the generated parts of the page by name."""
    return {"rules": rules_as_markdown(), "findings": audit_as_markdown(audit(shipped_files()))}


def update_page(page: str) -> str:
    """Return a page with its generated parts written anew.

    Parameters
    ----------
    page : str
        Markdown in which ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` enclose each part.
    """
    for name, text in generated_parts().items():
        pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        page, found = pattern.subn(lambda marks, text=text: f"{marks[1]}\n{text}\n{marks[2]}", page)  # type: ignore[misc]
        if not found:
            raise ValueError(f"the page has no place for {name}")
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_text(path, update_page(path.read_text(encoding="utf-8")))
    print(path)
