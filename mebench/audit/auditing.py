"""The audit of files: every rule over every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.audit.registry import RULES
from mebench.audit.rule import Breach, Rule
from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place
from mebench.leaderboards.claims import Located
from mebench.leaderboards.published import read_located


@dataclass(frozen=True, slots=True)
class Finding:
    """What the audit finds.

    Attributes
    ----------
    rule : Rule
        By which rule.
    row : Located
        In which row.
    violation : Breach
        What is found.
    """

    rule: Rule
    row: Located
    breach: Breach

    @property
    def place(self) -> Place:
        """Where the number stands that a reader should look at."""
        return self.row.place_of(self.breach.group, self.breach.metrics[0])

    @property
    def correction(self) -> str:
        """What the row itself says would be right, if anything."""
        given = self.row.row.corrections.get(self.breach.metrics[0])
        if given is None or self.breach.group != "headline":
            return ""
        return f"{self.breach.metrics[0]} {given.value}: {given.reason}"

    def as_dict(self) -> dict[str, object]:
        """Return plain data for ``--format json``."""
        place, row = self.place, self.row.row
        return {
            "rule": self.rule.id,
            "sureness": self.rule.sureness,
            "file": place.file,
            "line": place.line,
            "row": row.id,
            "method": row.method,
            "protocol": self.row.protocol.id,
            "source": row.source,
            "group": self.breach.group,
            "metrics": list(self.breach.metrics),
            "message": self.breach.says,
            "consistent": self.breach.consistent,
            "correction": self.correction,
        }


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome of an audit.

    Attributes
    ----------
    rows : tuple of Located
        What was looked at.
    findings : tuple of Finding
        In the order of the rows.
    remarks : tuple of Diagnostic
        What reading the files brought up; no errors.
    """

    rows: tuple[Located, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[Diagnostic, ...] = ()

    @property
    def is_contradicted(self) -> bool:
        """Whether anything was found that is more than unusual."""
        return any(one.rule.sureness != "unusual" for one in self.findings)


def audit_rows(rows: Sequence[Located]) -> list[Finding]:
    """Apply every rule to some rows; return what is found in the order of the rows."""
    found = [Finding(rule, row, breach) for rule in RULES for row, breach in rule.look(rows)]
    order = {id(row): at for at, row in enumerate(rows)}
    return sorted(found, key=lambda one: order[id(one.row)])


def audit(paths: Iterable[str | Path]) -> Audit:
    """Read files of published rows and audit them together.

    Parameters
    ----------
    paths : iterable of path
        TOML or CSV files.

    Raises
    ------
    MebenchError
        Everything that is wrong with any of the files; then nothing is audited.
    """
    findings = Findings()
    rows: list[Located] = []
    raised: MebenchError | None = None
    for path in paths:
        try:
            rows += read_located(path, findings)
        except MebenchError as error:
            findings.take_in(error)
            raised = raised or error
    if raised is not None:
        raise type(raised)(findings.kept, findings.omitted)
    findings.raise_errors()
    return Audit(tuple(rows), tuple(audit_rows(rows)), tuple(findings.kept))
