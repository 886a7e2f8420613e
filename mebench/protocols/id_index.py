"""Find the videos (or samples) of a truth by their ids, in any spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from shlex import quote
from typing import NamedTuple

from mebench.diagnostics import Findings, Place
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.protocols.id_matching import (
    LookalikeChecker,
    SpellingChecker,
    canonical_id,
    canonical_name,
    distinct_ids,
    duplicate_error,
    quote_name,
    subject_from_name,
)
from mebench.util.text import did_you_mean

MAX_SUGGESTIONS = 20
"""Only the first unknown ids get a suggestion: comparing each with all ids would take minutes."""


Row = tuple[str | None, str | None, str]
"""The data set, subject and video (or sample) of a row, as in a file."""


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
        self._is_distinct = False

    def add_all(self, rows: Sequence[Row], findings: Findings) -> None:
        """Add all rows of a truth; report those that are the same as an earlier one."""
        if not self._add_distinct(rows):
            for row in rows:
                self._add(*row, findings)

    def _add_distinct(self, rows: Sequence[Row]) -> bool:
        """Add all rows at once if none of them has a problem; return whether it was done."""
        rules: dict[str | None, ProtocolDataset] = {}
        for dataset in {dataset for dataset, _, _ in rows}:
            rule = self._dataset(dataset)
            if isinstance(rule, LookupProblem):
                return False
            rules[dataset] = rule
        names = [ItemName(rules[row[0]].id, row[1] or "", row[2]) for row in rows]
        subjects, videos = {}, {}
        for rule in rules.values():
            of_rule = [name for name in names if name.dataset == rule.id]
            subject_keys = distinct_ids(rule.subjects, [name.subject for name in of_rule])
            video_keys = distinct_ids(rule.videos, [name.name for name in of_rule])
            if subject_keys is None or video_keys is None:
                return False
            if "" in subject_keys or len({*subject_keys.values()}) < len(subject_keys):
                return False  # an unknown subject, or one with several spellings
            subjects[rule.id], videos[rule.id] = subject_keys, video_keys
        keys = [(id_, subjects[id_][subject], videos[id_][name]) for id_, subject, name in names]
        row_of_key = {key: row for row, key in enumerate(keys)}
        if len(row_of_key) < len(rows):
            return False
        self.names, self.canonical_names, self._rows = names, keys, row_of_key
        self._spellings.seen = {
            (id_, key): subject for id_, known in subjects.items() for subject, key in known.items()
        }
        self._is_distinct = True
        return True

    def _add(self, dataset: str | None, subject: str | None, name: str, findings: Findings) -> None:
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

    def find_all(self, rows: Sequence[Row], dataset: str | None) -> list[int] | None:
        """Return the rows of the truth if all are spelled as there, and none is repeated.

        ``dataset`` is that of rows that name none.
        """
        if not self._is_distinct:
            return None
        rules = {name: self._dataset(name or dataset) for name in {name for name, _, _ in rows}}
        ids = {
            name: None if isinstance(rule, LookupProblem) else rule.id
            for name, rule in rules.items()
        }
        find = self._rows_of_spelling.get
        found = [find((ids[own], subject, name)) for own, subject, name in rows]
        known = [row for row in found if row is not None]
        return known if len({*known}) == len(rows) else None

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
    def _rows_of_spelling(self) -> dict[tuple[str | None, str | None, str], int]:
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
        names = list(known) if self._suggestions <= MAX_SUGGESTIONS else []
        guess = did_you_mean(name, names)
        example = f", such as {quote_name(names[0])}" if names and not guess else ""
        source = "The truth"
        remedy = f"Use the ids of the truth{example}. Is this the correct truth file?"
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
