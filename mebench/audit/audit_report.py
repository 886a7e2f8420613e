"""An audit as text, JSON and Markdown.

``python -m mebench.audit.audit_report PAGE`` updates the rules and the findings on the shipped
rows in a Markdown page.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Literal

from mebench.audit.rule import CERTAINTY_TEXTS
from mebench.audit.run_audit import RULES, AuditFinding, AuditResult, audit
from mebench.diagnostics.escaping import escape_markdown, escape_unprintable
from mebench.published.loader import shipped_files
from mebench.published.row_claims import HEADLINE
from mebench.util.atomic_write import to_json_text, write_text
from mebench.util.text import pluralize

AuditFormat = Literal["text", "json", "markdown"]


def format_audit(result: AuditResult, layout: AuditFormat) -> str:
    """Return an audit in the given format."""
    if layout == "json":
        findings = [finding.as_dict() for finding in result.findings]
        counts = _counts(result)
        return to_json_text({"rows": len(result.rows), "counts": counts, "findings": findings})
    return audit_as_text(result) if layout == "text" else audit_as_markdown(result)


def audit_as_text(result: AuditResult) -> str:
    """Return an audit for a terminal: one paragraph per finding, then a summary."""
    lines: list[str] = []
    for finding in result.findings:
        violation, row = finding.violation, finding.row
        group = "" if violation.group == HEADLINE else f", {violation.group}"
        lines += [
            f"{finding.place}: {finding.rule.certainty} [{finding.rule.id}] {violation.message}",
            f"    {row.row.method}, {row.protocol.id}{group}; {row.row.source}",
        ]
        lines += [f"    {title}: {text}" for title, text in _remedies(finding)]
    if lines:
        lines.append("")
    return "\n".join(map(escape_unprintable, [*lines, summary_line(result)])) + "\n"


def summary_line(result: AuditResult) -> str:
    """Return the numbers of rows, rules and findings."""
    counts = {name: number for name, number in _counts(result).items() if number}
    found = ", ".join(f"{number} {name}" for name, number in counts.items()) or "no findings"
    return f"{pluralize(len(result.rows), 'row')}, {pluralize(len(RULES), 'rule')}: {found}."


def audit_as_markdown(result: AuditResult) -> str:
    """Return an audit for a Markdown page: one list of findings per row."""
    lines: list[str] = []
    for _, findings in groupby(result.findings, key=lambda finding: id(finding.row)):
        first, *others = findings
        row = first.row
        method, source = _escape(row.row.method), _escape(row.row.source)
        lines += [f"**{method}**, `{row.protocol.id}` ({source})", ""]
        for finding in (first, *others):
            rule = finding.rule
            line = f"- {rule.certainty}, `{rule.id}`: {_escape(finding.violation.message)}"
            line += "".join(f" *{title}:* {_escape(text)}" for title, text in _remedies(finding))
            lines.append(line)
        lines.append("")
    return "\n".join([*lines, summary_line(result)]) + "\n"


def rules_as_text() -> str:
    """Return the list of rules for a terminal."""
    widest = max(len(rule.id) for rule in RULES)
    return "".join(f"{rule.id:<{widest}}  {rule.certainty:<12}  {rule.title}\n" for rule in RULES)


def rules_as_markdown() -> str:
    """Return the rules with their arithmetic as a Markdown table."""
    lines = ["| rule | certainty | what is checked, and why |", "|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.certainty} | {rule.title}. {_escape(rule.why)} |" for rule in RULES
    ]
    return "\n".join(lines) + "\n"


def _remedies(finding: AuditFinding) -> list[tuple[str, str]]:
    texts = (
        ("Consistent", finding.violation.consistent),
        ("Known to be correct", finding.correction),
    )
    return [(title, text) for title, text in texts if text]


def _counts(result: AuditResult) -> dict[str, int]:
    counts = Counter(finding.rule.certainty for finding in result.findings)
    return {name: counts[name] for name in CERTAINTY_TEXTS}


def _escape(text: str) -> str:
    """Return a text on one line, with all markup escaped."""
    return escape_markdown(" ".join(text.split()), begins_line=False)


def update_page(page: str) -> str:
    """Return a Markdown page with its generated parts updated.

    ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` enclose each part.
    """
    findings = audit_as_markdown(audit(shipped_files()))
    for name, text in (("rules", rules_as_markdown()), ("findings", findings)):
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"the page has no marks for the part {name!r}")
        page = f"{before}{begin}\n{text}\n{end}{after}"
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_text(path, update_page(path.read_text(encoding="utf-8")))
    print(path)
