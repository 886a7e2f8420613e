"""Match the ids of subjects, videos and samples under the alias rules of the protocol.

Ids are compared exactly, after both are brought to a canonical spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from shlex import quote
from typing import NamedTuple

from mebench.diagnostics import Findings, Place
from mebench.models.protocol import AliasRule, Protocol, ProtocolDataset
from mebench.util.regex import first_group
from mebench.util.text import did_you_mean, lookalike_key

_MOST_SPELLINGS = 50_000
_spellings: dict[tuple[int, str], tuple[AliasRule, str]] = {}
"""Canonical spellings by rule and id; an entry keeps its rule, so no other rule gets its number."""


def canonical_id(rule: AliasRule, text: str) -> str:
    """Return the canonical spelling of an id, such as ``1`` for ``sub01``, ``01`` and ``1``."""
    known = _spellings.get((id(rule), text))
    if known is not None:
        return known[1]
    found = rule.apply_patterns(text)
    spelling = rule.simplify(rule.names.get(found, found))
    if len(_spellings) >= _MOST_SPELLINGS:
        _spellings.clear()
    _spellings[id(rule), text] = rule, spelling
    return spelling


MAX_SUGGESTIONS = 20
"""Only the first unknown ids get a suggestion: comparing each with all ids would take minutes."""


def canonical_name(protocol: Protocol, name: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return (data set, subject, video or sample) in the canonical spelling, for hashes."""
    dataset, subject, identifier = name
    rule = protocol.dataset(dataset)
    if rule is None:
        return name
    return dataset, canonical_id(rule.subjects, subject), canonical_id(rule.videos, identifier)


Problem = tuple[str, str, str]
"""Code, message and remedy of a finding."""


class SpellingChecker:
    """Checks that a file uses one spelling per subject.

    ``seen`` has the first spelling of each subject, by data set and canonical id.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._checked: set[tuple[str | None, str | None]] = set()
        self.seen: dict[tuple[str, str], str] = {}

    def check(self, dataset: str | None, subject: str | None) -> Problem | None:
        """Return the problem of a subject that had another spelling in an earlier row."""
        if (dataset, subject) in self._checked:
            return None
        rule = self._protocol.dataset(dataset or self._protocol.only_dataset or "")
        if rule is None or subject is None:
            return None
        earlier = self.seen.setdefault((rule.id, canonical_id(rule.subjects, subject)), subject)
        if earlier == subject:
            self._checked.add((dataset, subject))
            return None
        return (
            "alias-collision",
            f"{quote_name(earlier)} and {quote_name(subject)} are the same subject under the "
            f"alias rules of {self._protocol.id}.",
            "Use the same spelling of a subject in all rows.",
        )


class LookalikeChecker:
    """Finds ids of a truth that differ only in what readers hardly see."""

    def __init__(self) -> None:
        self._spellings: dict[str, dict[str, str]] = {}

    def check(self, rule: AliasRule, text: str, identity: str) -> Problem | None:
        """Return the problem of an id that is hard to distinguish from an earlier one.

        ``identity`` is its canonical spelling.
        """
        folded, problem = lookalike_key(text), None
        own = folded if identity == text else lookalike_key(identity)
        same_under_rules = identity if folded == text else canonical_id(rule, folded)
        for key in (own,) if own == same_under_rules else (own, same_under_rules):
            spellings = self._spellings.get(key)
            if spellings is None:
                self._spellings[key] = {identity: text}
                continue
            if identity not in spellings and problem is None:
                earlier = next(iter(spellings.values()))
                problem = (
                    "lookalike-ids",
                    f"{_ascii_name(earlier)} and {_ascii_name(text)} differ only in case, padding, "
                    "width, invisible characters or Unicode form.",
                    "Use one spelling if they are the same; otherwise rename one of them.",
                )
            spellings.setdefault(identity, text)
        return problem


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


class IdIndex:
    """An index of all videos (or samples) of the truth, for lookups in any spelling.

    ``what`` is "video" or "sample", for messages, and ``place`` finds the position of a row.
    ``names`` are in the order of the truth; ``canonical_names`` are the same in the canonical
    spelling. After the first lookup no row can be added.
    """

    def __init__(self, protocol: Protocol, what: str, place: Callable[[int], Place]) -> None:
        self.protocol = protocol
        self.what = what
        self.names: list[ItemName] = []
        self.canonical_names: list[tuple[str, str, str]] = []
        self._place = place
        self._rows: dict[tuple[str, str, str], int] = {}
        self._datasets: dict[str | None, ProtocolDataset | LookupProblem] = {}
        self._spellings = SpellingChecker(protocol)
        self._lookalike_subjects: dict[str, LookalikeChecker] = {}
        self._lookalike_names: dict[tuple[str, str], LookalikeChecker] = {}
        self._subjects: dict[tuple[str, str], tuple[str, LookalikeChecker]] = {}
        self._suggestions = 0

    def add(self, dataset: str | None, subject: str | None, name: str, findings: Findings) -> None:
        """Add the next row of the truth; report it if it is the same as an earlier row."""
        row = len(self.names)
        rule = self._dataset(dataset)
        if isinstance(rule, LookupProblem):
            findings.error(rule.code, rule.message, rule.remedy, self._place(row))
            self.names.append(ItemName("?", subject or "?", f"{name}#{row}"))
            self.canonical_names.append(canonical_name(self.protocol, self.names[-1]))
            return
        if subject is None:
            subject = subject_from_name(rule, name)
            if subject is None:
                findings.warning(
                    "subject-unknown",
                    f"The subject of the {self.what} is unknown; it is counted as a separate "
                    "subject.",
                    "Use a truth format with a subject column.",
                    self._place(row),
                )
                subject = name
        known = self._subjects.get((rule.id, subject))
        subject_key, lookalikes = known or self._check_subject(rule, subject, row, findings)
        name_key = canonical_id(rule.videos, name)
        if problem := lookalikes.check(rule.videos, name, name_key):
            findings.error(*problem, self._place(row))
        key = (rule.id, subject_key, name_key)
        self.names.append(ItemName(rule.id, subject, name))
        self.canonical_names.append(key)
        first_row = self._rows.setdefault(key, row)
        if first_row != row:
            earlier, first_place = self.names[first_row], self._place(first_row)
            code, message, remedy = duplicate_error(
                self.what, (earlier.subject, earlier.name), (subject, name)
            )
            where = first_place.pointer or f"line {first_place.line}"
            findings.error(code, f"{message} The first is at {where}.", remedy, self._place(row))

    def _check_subject(
        self, rule: ProtocolDataset, subject: str, row: int, findings: Findings
    ) -> tuple[str, LookalikeChecker]:
        """Return the canonical id of a subject, and the checker of its videos or samples."""
        key = canonical_id(rule.subjects, subject)
        names = self._lookalike_names.setdefault((rule.id, key), LookalikeChecker())
        if problem := self._spellings.check(rule.id, subject):
            findings.error(*problem, self._place(row))
        else:
            self._subjects[rule.id, subject] = key, names
        lookalikes = self._lookalike_subjects.setdefault(rule.id, LookalikeChecker())
        if problem := lookalikes.check(rule.subjects, subject, key):
            findings.error(*problem, self._place(row))
        return key, names

    def find(self, dataset: str | None, subject: str | None, name: str) -> int | LookupProblem:
        """Return the row of the truth with this id, or why there is none."""
        rule = self._dataset(dataset)
        if isinstance(rule, LookupProblem):
            return rule
        if subject is not None:
            row = self._rows_of_spelling.get((rule.id, subject, name))
            if row is not None:
                return row
        name_key = canonical_id(rule.videos, name)
        if subject is None:
            # Aliases can remove the subject from a name; then several subjects share it.
            rows = self._rows_of_name.get((rule.id, name_key), [])
            rows = [row for row in rows if self._has_name(row, rule, name)]
            known = (rows[0] for (id_, _), rows in self._rows_of_name.items() if id_ == rule.id)
            of_subject = ""
        else:
            subject_key = (rule.id, canonical_id(rule.subjects, subject))
            if subject_key not in self._spellings.seen:
                subjects = (
                    text for (id_, _), text in self._spellings.seen.items() if id_ == rule.id
                )
                return self._unknown("subject", subject, "", subjects)
            row = self._rows.get((*subject_key, name_key))
            rows = [row] if row is not None and self._has_name(row, rule, name) else []
            known = (row for key, row in self._rows.items() if key[:2] == subject_key)
            of_subject = f" of subject {quote_name(subject)}"
        if len(rows) > 1:
            return LookupProblem(
                f"ambiguous-{self.what}",
                f"Several subjects have a {self.what} {quote_name(name)}, and the file has no "
                "subjects.",
                "Use a format with a subject column.",
                self.what,
            )
        if rows:
            return rows[0]
        return self._unknown(self.what, name, of_subject, (self.names[row].name for row in known))

    @cached_property
    def _rows_of_spelling(self) -> dict[tuple[str, str, str], int]:
        """The row of each name as the truth spells it."""
        return {self.names[row]: row for row in self._rows.values()}

    @cached_property
    def _rows_of_name(self) -> dict[tuple[str, str], list[int]]:
        """The rows of each canonical name, of all subjects; for files without subjects."""
        rows: dict[tuple[str, str], list[int]] = {}
        for row, (dataset, _, name) in enumerate(self.canonical_names):
            rows.setdefault((dataset, name), []).append(row)
        return rows

    def has(self, rule: ProtocolDataset, subject: str, name: str) -> bool:
        """Return whether the truth has a video or sample of a subject."""
        ids = canonical_id(rule.subjects, subject), canonical_id(rule.videos, name)
        return (rule.id, *ids) in self._rows

    def _has_name(self, row: int, rule: ProtocolDataset, name: str) -> bool:
        """Return whether a row has this name, or the name does not contain another subject."""
        if rule.subject_in_video is None:
            return True
        subject = subject_from_name(rule, name)
        return (
            subject is None
            or self.names[row].name == name
            or canonical_id(rule.subjects, subject)
            == canonical_id(rule.subjects, self.names[row].subject)
        )

    def _unknown(
        self, what: str, name: str, of_subject: str, known: Iterable[str]
    ) -> LookupProblem:
        self._suggestions += 1
        guess = did_you_mean(name, known) if self._suggestions <= MAX_SUGGESTIONS else ""
        source, remedy = "The truth", "Use the ids of the truth. Is this the correct truth file?"
        if self.protocol.is_blind:
            source = self.protocol.id
            remedy = f"`mebench protocols show {quote(source)}` lists the videos."
        return LookupProblem(
            f"unknown-{what}",
            f"{source} has no {what} {quote_name(name)}{of_subject}.{guess}",
            remedy,
            what,
        )

    def _dataset(self, name: str | None) -> ProtocolDataset | LookupProblem:
        dataset = self._datasets.get(name)
        if dataset is None:
            dataset = self._datasets[name] = self._find_dataset(name)
        return dataset

    def _find_dataset(self, name: str | None) -> ProtocolDataset | LookupProblem:
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
    return first_group(rule.subject_in_video, name)


def duplicate_error(
    what: str, earlier: tuple[str | None, str], later: tuple[str | None, str]
) -> tuple[str, str, str]:
    """Return (code, message, remedy) for two rows of the same video or sample.

    ``earlier`` and ``later`` are subject and name, as spelled in the earlier and the later row.
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


def _ascii_name(text: str) -> str:
    """Return a name in quotes, with escapes for what could look like another character."""
    return ascii(text if len(text) <= 100 else f"{text[:97]}...")


def quote_name(text: str) -> str:
    """Return a name in quotes for a message: at most 100 characters, all printable."""
    return repr(text if len(text) <= 100 else text[:99] + "…")
