"""Verification: score again, and see whether a report says the same."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import strict_json
from mebench.formats.structure import check
from mebench.formats.text import read_text
from mebench.records.report import Report
from mebench.scoring.opening import ProtocolGiven
from mebench.scoring.score import score_with
from mebench.scoring.settings import Settings
from mebench.scoring.signature import parse_signature

TOLERANCE = 1e-12


def read_report(path: str | Path) -> Report:
    """Read a score report.

    Raises
    ------
    MebenchError
        If it is none.
    """
    source, findings = read_text(path), Findings()
    document = strict_json.parse(source, findings)
    locator = strict_json.Locator(source.text)
    report = check(
        Report,
        document,
        findings,
        lambda keys: source.place(locator.offset(keys), strict_json.pointer_of(keys)),
    )
    findings.raise_errors()
    assert report is not None
    return report


def verify(
    report: Report,
    predictions: str | Path,
    truth: str | Path | None,
    protocol: ProtocolGiven | None = None,
) -> list[str]:
    """Score again with the report's own settings, and compare.

    Parameters
    ----------
    report : Report
        What is claimed.
    predictions, truth : path
        The files.
    protocol : optional
        By default the one the report names.

    Returns
    -------
    list of str
        What differs; empty where the report holds.
    """
    settings = Settings.of_record(report.options)
    if protocol is None:
        if "rules" in parse_signature(report.signature):
            raise MebenchError.of(
                "protocol-needed",
                f"The report was made under a user's own protocol, {report.protocol}.",
                "Pass that file with --protocol.",
                Place(),
            )
        protocol = report.protocol
    again = score_with(predictions, truth, protocol, settings)
    found = []
    claimed, computed = parse_signature(report.signature), parse_signature(again.signature)
    for name in dict.fromkeys([*claimed, *computed]):
        one, other = claimed.get(name, "nothing"), computed.get(name, "nothing")
        if one != other:
            found.append(f"signature: {name} is {one} in the report, {other} computed")
    found += [
        f"{part} differ"
        for part in ("units", "counts")
        if getattr(report, part) != getattr(again, part)
    ]
    for name in dict.fromkeys([*report.metrics, *again.metrics]):
        claim, value = report.metrics.get(name), again.metrics.get(name)
        if claim is None or value is None or not _same(claim.value, value.value):
            shown = [None if one is None else one.value for one in (claim, value)]
            found.append(f"{name}: {shown[0]} in the report, {shown[1]} computed")
    return found


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE
