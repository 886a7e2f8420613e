"""Match the ids of subjects, videos and samples under the alias rules of the protocol.

Ids are compared exactly, after both are brought to a canonical spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mebench.diagnostics import Findings, Place
from mebench.models.protocol import AliasRule, Protocol, ProtocolDataset
from mebench.util.text import did_you_mean


def canonical_id(rule: AliasRule, text: str) -> str:
    """Return the canonical spelling of an id, such as ``1`` for ``sub01``, ``01`` and ``1``."""
    for pattern in rule.patterns:
        match = re.fullmatch(pattern, text)
        if match and match[1]:
            text = match[1]
            break
    text = rule.names.get(text, text)
    for prefix in rule.prefixes:
        without_prefix = text.removeprefix(prefix)
        if without_prefix != text and without_prefix.isascii() and without_prefix.isdigit():
            text = without_prefix
            break
    if rule.numbers and text.isascii() and text.isdigit():
        text = text.lstrip("0") or "0"
    return text


MAX_SUGGESTIONS = 20
"""Only the first unknown ids get a suggestion: comparing each with all ids would take minutes."""


_USE_IDS_OF_TRUTH = "Use the ids of the truth. Is this the correct truth file?"


def canonical_name(protocol: Protocol, name: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return (data set, subject, video or sample) in the canonical spelling, for hashes."""
    dataset, subject, identifier = name
    rule = protocol.dataset(dataset)
    if rule is None:
        return name
    return dataset, canonical_id(rule.subjects, subject), canonical_id(rule.videos, identifier)


class SpellingChecker:
    """Checks that a file without a truth uses one spelling per subject."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._seen: dict[tuple[str, str], str] = {}

    def check(
        self,
        dataset: str | None,
        subject: str | None,
        place: Callable[[], Place],
        findings: Findings,
    ) -> None:
        """Report a subject that had another spelling in an earlier row."""
        rule = self._protocol.dataset(dataset or self._protocol.only_dataset or "")
        if rule is None or subject is None:
            return
        key = (rule.id, canonical_id(rule.subjects, subject))
        earlier = self._seen.setdefault(key, subject)
        if earlier != subject:
            _report_two_spellings(self._protocol, earlier, subject, place(), findings)


def _report_two_spellings(
    protocol: Protocol, earlier: str, later: str, place: Place, findings: Findings
) -> None:
    findings.error(
        "alias-collision",
        f"{quote_name(earlier)} and {quote_name(later)} are the same subject under the alias rules "
        f"of {protocol.id}.",
        "Use the same spelling of a subject in all rows.",
        place,
    )


class LookupProblem(NamedTuple):
    """The reason why an id was not found, as the parts of a finding."""

    code: str
    message: str
    remedy: str
    field: str


class ItemName(NamedTuple):
    """The data set, subject and video (or sample) of a row, with the spelling of the truth."""

    dataset: str
    subject: str
    name: str


@dataclass(slots=True, eq=False, repr=False)
class IdIndex:
    """An index of all videos (or samples) of the truth, for lookups in any spelling.

    Attributes
    ----------
    protocol : Protocol
        The protocol, for its data sets and alias rules.
    what : {"video", "sample"}
        What the rows are, for messages.
    names : list of ItemName
        In the order of the truth.
    """

    protocol: Protocol
    what: str
    names: list[ItemName] = field(default_factory=list)
    _rows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _rows_of_name: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _subjects: dict[tuple[str, str], str] = field(default_factory=dict)
    _suggestions: int = 0

    def add(
        self,
        dataset: str | None,
        subject: str | None,
        name: str,
        place: Callable[[], Place],
        findings: Findings,
    ) -> None:
        """Add a row of the truth; report it if it is the same as an earlier row.

        ``place`` is called only for findings, because looking up a position is slow.
        """
        rule = self._dataset(dataset)
        if isinstance(rule, LookupProblem):
            findings.error(rule.code, rule.message, rule.remedy, place())
            self.names.append(ItemName("?", subject or "?", f"{name}#{len(self.names)}"))
            return
        if subject is None:
            subject = subject_from_name(rule, name)
            if subject is None:
                findings.warning(
                    "subject-unknown",
                    f"The subject of the {self.what} is unknown; it is counted as a separate "
                    "subject.",
                    "Use a truth format with a subject column.",
                    place(),
                )
                subject = name
        subject_key = canonical_id(rule.subjects, subject)
        name_key = canonical_id(rule.videos, name)
        earlier_subject = self._subjects.setdefault((rule.id, subject_key), subject)
        if earlier_subject != subject:
            _report_two_spellings(self.protocol, earlier_subject, subject, place(), findings)
        row = len(self.names)
        self.names.append(ItemName(rule.id, subject, name))
        earlier_row = self._rows.setdefault((rule.id, subject_key, name_key), row)
        self._rows_of_name.setdefault((rule.id, name_key), []).append(row)
        if earlier_row != row:
            _, *earlier = self.names[earlier_row]
            findings.error(
                *duplicate_error(self.what, (earlier[0], earlier[1]), (subject, name)), place()
            )

    def find(self, dataset: str | None, subject: str | None, name: str) -> int | LookupProblem:
        """Return the row of the truth with this id, or why there is none."""
        rule = self._dataset(dataset)
        if isinstance(rule, LookupProblem):
            return rule
        name_key = canonical_id(rule.videos, name)
        if subject is None:
            return self._find_without_subject(rule, name, name_key)
        subject_key = canonical_id(rule.subjects, subject)
        row = self._rows.get((rule.id, subject_key, name_key))
        if row is not None and (
            self.names[row].name == name
            or _belongs_to_subject(rule, name, subject_key) is not False
        ):
            return row
        if (rule.id, subject_key) not in self._subjects:
            known = (
                spelling
                for (dataset_id, _), spelling in self._subjects.items()
                if dataset_id == rule.id
            )
            return LookupProblem(
                "unknown-subject",
                f"The truth has no subject {quote_name(subject)}.{self._suggest(subject, known)}",
                _USE_IDS_OF_TRUTH,
                "subject",
            )
        known = (
            self.names[row].name
            for (dataset_id, key, _), row in self._rows.items()
            if (dataset_id, key) == (rule.id, subject_key)
        )
        return LookupProblem(
            f"unknown-{self.what}",
            f"The truth has no {self.what} {quote_name(name)} of subject {quote_name(subject)}."
            + self._suggest(name, known),
            _USE_IDS_OF_TRUTH,
            self.what,
        )

    def _find_without_subject(
        self, rule: ProtocolDataset, name: str, name_key: str
    ) -> int | LookupProblem:
        # Alias rules can remove the subject from a name; then videos of several subjects share it.
        rows = [
            row
            for row in self._rows_of_name.get((rule.id, name_key), [])
            if self.names[row].name == name
            or _belongs_to_subject(rule, name, canonical_id(rule.subjects, self.names[row].subject))
            is not False
        ]
        if len(rows) == 1:
            return rows[0]
        if rows:
            return LookupProblem(
                f"ambiguous-{self.what}",
                f"Several subjects have a {self.what} {quote_name(name)}, and the file has no "
                "subjects.",
                "Use a format with a subject column.",
                self.what,
            )
        known = (
            self.names[rows[0]].name
            for (dataset_id, _), rows in self._rows_of_name.items()
            if dataset_id == rule.id
        )
        return LookupProblem(
            f"unknown-{self.what}",
            f"The truth has no {self.what} {quote_name(name)}.{self._suggest(name, known)}",
            _USE_IDS_OF_TRUTH,
            self.what,
        )

    def _suggest(self, name: str, known: Iterable[str]) -> str:
        self._suggestions += 1
        return did_you_mean(name, known) if self._suggestions <= MAX_SUGGESTIONS else ""

    def _dataset(self, name: str | None) -> ProtocolDataset | LookupProblem:
        name = name if name is not None else self.protocol.only_dataset
        known = [dataset.id for dataset in self.protocol.datasets]
        if name is None:
            return LookupProblem(
                "dataset-missing",
                f"{self.protocol.id} has several data sets, but the row does not name one.",
                f"Add one of {', '.join(known)}.",
                "dataset",
            )
        dataset = self.protocol.dataset(name)
        if dataset is None:
            return LookupProblem(
                "unknown-dataset",
                f"{self.protocol.id} has no data set {quote_name(name)}."
                + did_you_mean(name, known),
                f"Use {' or '.join(known)}.",
                "dataset",
            )
        return dataset


def subject_from_name(rule: ProtocolDataset, name: str) -> str | None:
    """Return the subject in a video's name, if the protocol defines how to find it."""
    if rule.subject_in_video is None:
        return None
    match = re.search(rule.subject_in_video, name)
    return match[1] if match else None


def _belongs_to_subject(rule: ProtocolDataset, name: str, subject_key: str) -> bool | None:
    """Return whether the video's name contains this subject; None if it contains no subject."""
    subject = subject_from_name(rule, name)
    return None if subject is None else canonical_id(rule.subjects, subject) == subject_key


def duplicate_error(
    what: str, earlier: tuple[str | None, str], later: tuple[str | None, str]
) -> tuple[str, str, str]:
    """Return (code, message, remedy) for two rows of the same video or sample.

    Parameters
    ----------
    what : {"video", "sample"}
        What the rows are.
    earlier, later : tuple
        Subject and name, as spelled in the earlier and the later row.
    """
    if earlier == later:
        return (
            f"duplicate-{what}",
            f"The {what} {quote_name(earlier[1])} is listed twice.",
            f"List each {what} once.",
        )
    names = [quote_name("/".join(filter(None, row))) for row in (earlier, later)]
    return (
        "alias-collision",
        f"{' and '.join(names)} are the same {what} under the protocol's alias rules.",
        f"List each {what} once.",
    )


def quote_name(text: str) -> str:
    """Return a name in quotes for a message: at most 100 characters, all printable."""
    return repr(text if len(text) <= 100 else text[:99] + "…")
