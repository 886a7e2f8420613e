"""The outcome of an audit: its findings as text, Markdown, HTML, plain data and a DataFrame."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from mebench.audit.rule import CERTAINTY_TEXTS, Rule, Violation
from mebench.diagnostics import Diagnostic, Place
from mebench.diagnostics.escaping import escape_markdown, escape_unprintable
from mebench.published.row_claims import HEADLINE, LocatedRow
from mebench.util.text import pluralize

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """A violation of a rule in a row.

    Attributes
    ----------
    rule : Rule
        The rule: its ``id``, ``title`` and ``certainty``, and ``why``, the arithmetic.
    row : LocatedRow
        The row with its protocol and place.
    violation : Violation
        The metrics, what contradicts what, and what would be consistent.
    """

    rule: Rule
    row: LocatedRow
    violation: Violation

    @property
    def place(self) -> Place:
        """The place of the number to check."""
        return self.row.place_of(self.violation.group, self.violation.metrics[0])

    @property
    def correction(self) -> str:
        """The correct value according to the row itself, if it states one."""
        correction = self.row.row.corrections.get(self.violation.metrics[0])
        if correction is None or self.violation.group != HEADLINE:
            return ""
        return f"{self.violation.metrics[0]} {correction.value}: {correction.reason}"

    def as_dict(self) -> dict[str, object]:
        """Return plain data for ``--format json``."""
        place, row = self.place, self.row.row
        return {
            "rule": self.rule.id,
            "sureness": self.rule.certainty,
            "file": place.file,
            "line": place.line,
            "row": row.id,
            "method": row.method,
            "protocol": self.row.protocol.id,
            "source": row.source,
            "group": self.violation.group,
            "metrics": list(self.violation.metrics),
            "message": self.violation.message,
            "consistent": self.violation.consistent,
            "correction": self.correction,
        }

    def remedies(self) -> list[tuple[str, str]]:
        """Return what would be consistent, and what is known to be correct, each with a title."""
        texts = (
            ("Consistent", self.violation.consistent),
            ("Known to be correct", self.correction),
        )
        return [(title, text) for title, text in texts if text]


@dataclass(frozen=True, slots=True, repr=False)
class AuditResult:
    """The outcome of an audit; ``print`` shows all findings.

    Attributes
    ----------
    rows : tuple of LocatedRow
        The audited rows.
    findings : tuple of AuditFinding
        The findings, in the order of the rows.
    remarks : tuple of Diagnostic
        Warnings and notes of reading the rows.
    rules : int
        The number of rules that were applied.
    """

    rows: tuple[LocatedRow, ...]
    findings: tuple[AuditFinding, ...]
    remarks: tuple[Diagnostic, ...] = ()
    rules: int = 0

    @property
    def has_contradictions(self) -> bool:
        """Whether there is a finding that is more than unusual."""
        return any(finding.rule.certainty != "unusual" for finding in self.findings)

    def __repr__(self) -> str:
        """Return the numbers of rows, rules and findings."""
        return f"<AuditResult {self.summary()}>"

    def __str__(self) -> str:
        """Return the text that ``mebench audit`` prints."""
        return self.as_text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.as_text())}</pre>"

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with one row per finding."""
        import pandas as pd

        columns = ("row", "method", "protocol", "group", "metrics", "rule", "sureness", "message")
        listed = [finding.as_dict() for finding in self.findings]
        return pd.DataFrame(listed, columns=[*columns, "consistent", "correction", "source"])

    def as_dict(self) -> dict[str, object]:
        """Return plain data for ``--format json``."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"rows": len(self.rows), "counts": self._counts(), "findings": findings}

    def as_text(self) -> str:
        """Return one paragraph per finding, then a summary."""
        lines: list[str] = []
        for finding in self.findings:
            violation, row = finding.violation, finding.row
            group = "" if violation.group == HEADLINE else f", {violation.group}"
            rule = f"{finding.rule.certainty} [{finding.rule.id}]"
            lines += [
                f"{finding.place}: {rule} {violation.message}",
                f"    {row.row.method}, {row.protocol.id}{group}; {row.row.source}",
            ]
            lines += [f"    {title}: {text}" for title, text in finding.remedies()]
        if lines:
            lines.append("")
        return "\n".join(map(escape_unprintable, [*lines, self.summary()])) + "\n"

    def as_markdown(self) -> str:
        """Return one list of findings per row, then a summary."""
        lines: list[str] = []
        for _, findings in groupby(self.findings, key=lambda finding: id(finding.row)):
            first, *others = findings
            row = first.row
            method, source = escape_text(row.row.method), escape_text(row.row.source)
            lines += [f"**{method}**, `{row.protocol.id}` ({source})", ""]
            for finding in (first, *others):
                rule = finding.rule
                line = f"- {rule.certainty}, `{rule.id}`: {escape_text(finding.violation.message)}"
                remedies = finding.remedies()
                line += "".join(f" *{title}:* {escape_text(text)}" for title, text in remedies)
                lines.append(line)
            lines.append("")
        return "\n".join([*lines, self.summary()]) + "\n"

    def summary(self) -> str:
        """Return the numbers of rows, rules and findings."""
        counts = {name: number for name, number in self._counts().items() if number}
        found = ", ".join(f"{number} {name}" for name, number in counts.items()) or "no findings"
        return f"{pluralize(len(self.rows), 'row')}, {pluralize(self.rules, 'rule')}: {found}."

    def _counts(self) -> dict[str, int]:
        counts = Counter(finding.rule.certainty for finding in self.findings)
        return {name: counts[name] for name in CERTAINTY_TEXTS}


def escape_text(text: str) -> str:
    """Return a text on one line, with all Markdown escaped."""
    return escape_markdown(" ".join(text.split()), begins_line=False)
