"""Match ids of subjects, videos and samples exactly, after the alias rules of the protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mebench.diagnostics import Findings, Place
from mebench.models.protocol import AliasRule, Protocol, ProtocolDataset
from mebench.util.text import did_you_mean


def canonical_id(rule: AliasRule, text: str) -> str:
    """Return the common spelling of an id: ``sub01``, ``01`` and ``1`` give ``1``."""
    for pattern in rule.patterns:
        found = re.fullmatch(pattern, text)
        if found and found[1]:
            text = found[1]
            break
    text = rule.names.get(text, text)
    for prefix in rule.prefixes:
        rest = text.removeprefix(prefix)
        if rest != text and rest.isascii() and rest.isdigit():
            text = rest
            break
    if rule.numbers and text.isascii() and text.isdigit():
        text = text.lstrip("0") or "0"
    return text


MAX_SUGGESTIONS = 20
"""So many ids that are not known are compared with all that are; more would take minutes."""


def canonical_name(protocol: Protocol, name: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return a video's or sample's name in the common spelling, as hashes take it."""
    dataset, subject, identifier = name
    rule = protocol.dataset(dataset)
    if rule is None:
        return name
    return dataset, canonical_id(rule.subjects, subject), canonical_id(rule.videos, identifier)


class SpellingChecker:
    """Sees to it that a file spells each subject in one way."""

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
        """Report a subject that was spelled otherwise before."""
        rule = self._protocol.dataset(dataset or self._protocol.only_dataset or "")
        if rule is None or subject is None:
            return
        key = (rule.id, canonical_id(rule.subjects, subject))
        spelled = self._seen.setdefault(key, subject)
        if spelled != subject:
            findings.error(
                "alias-collision",
                f"The subjects {quote_name(spelled)} and {quote_name(subject)} are one under the "
                f"alias rules of {self._protocol.id}.",
                "Spell a subject in one way.",
                place(),
            )


class LookupProblem(NamedTuple):
    """Why an id could not be found."""

    code: str
    message: str
    remedy: str
    field: str


class ItemName(NamedTuple):
    """A video or sample by the data set's id and the truth's own spelling."""

    dataset: str
    subject: str
    name: str


@dataclass(slots=True, eq=False, repr=False)
class IdIndex:
    """Every video (or sample) of the truth, found under any of its spellings.

    Attributes
    ----------
    protocol : Protocol
        The protocol, for its data sets and alias rules.
    what : {"video", "sample"}
        What is looked up, for messages.
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
        """Enter one row of the truth; what clashes with an earlier one is a finding.

        ``place`` is called only for a finding, since looking a place up takes time.
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
                    f"The file does not say whose the {self.what} is; it is taken as a subject "
                    "of its own.",
                    "Give the truth in a format with subjects.",
                    place(),
                )
                subject = name
        subject_key, name_key = (
            canonical_id(rule.subjects, subject),
            canonical_id(rule.videos, name),
        )
        spelled = self._subjects.setdefault((rule.id, subject_key), subject)
        if spelled != subject:
            findings.error(
                "alias-collision",
                f"The subjects {quote_name(spelled)} and {quote_name(subject)} are one under the "
                f"alias rules of {self.protocol.id}.",
                "Spell a subject in one way.",
                place(),
            )
        row = len(self.names)
        self.names.append(ItemName(rule.id, subject, name))
        earlier = self._rows.setdefault((rule.id, subject_key, name_key), row)
        self._rows_of_name.setdefault((rule.id, name_key), []).append(row)
        if earlier != row:
            one = self.names[earlier]
            findings.error(
                *duplicate_error(self.what, (one.subject, one.name), (subject, name)), place()
            )

    def find(self, dataset: str | None, subject: str | None, name: str) -> int | LookupProblem:
        """Return the row of the truth that is meant, or why there is none."""
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
            known = (one for (of, _), one in self._subjects.items() if of == rule.id)
            return LookupProblem(
                "unknown-subject",
                f"The truth has no subject {quote_name(subject)}.{self._suggest(subject, known)}",
                "Use the truth's ids; is this the right truth?",
                "subject",
            )
        known = (
            self.names[at].name
            for (of, key, _), at in self._rows.items()
            if (of, key) == (rule.id, subject_key)
        )
        return LookupProblem(
            f"unknown-{self.what}",
            f"The truth has no {self.what} {quote_name(name)} of subject {quote_name(subject)}."
            + self._suggest(name, known),
            "Use the truth's ids; is this the right truth?",
            self.what,
        )

    def _find_without_subject(
        self, rule: ProtocolDataset, name: str, name_key: str
    ) -> int | LookupProblem:
        rows = self._rows_of_name.get((rule.id, name_key), [])
        # Alias rules may take the subject off a name, and the names of several are one then.
        rows = [
            row
            for row in rows
            if self.names[row].name == name
            or _belongs_to_subject(rule, name, canonical_id(rule.subjects, self.names[row].subject))
            is not False
        ]
        if len(rows) == 1:
            return rows[0]
        if rows:
            return LookupProblem(
                f"ambiguous-{self.what}",
                f"Several subjects have a {self.what} {quote_name(name)}, and the file names no "
                "subject.",
                "Use a format with a subject column.",
                self.what,
            )
        known = (
            self.names[at[0]].name for (of, _), at in self._rows_of_name.items() if of == rule.id
        )
        return LookupProblem(
            f"unknown-{self.what}",
            f"The truth has no {self.what} {quote_name(name)}.{self._suggest(name, known)}",
            "Use the truth's ids; is this the right truth?",
            self.what,
        )

    def _suggest(self, name: str, known: Iterable[str]) -> str:
        self._suggestions += 1
        return did_you_mean(name, known) if self._suggestions <= MAX_SUGGESTIONS else ""

    def _dataset(self, name: str | None) -> ProtocolDataset | LookupProblem:
        name = name if name is not None else self.protocol.only_dataset
        known = [one.id for one in self.protocol.datasets]
        if name is None:
            return LookupProblem(
                "dataset-missing",
                f"{self.protocol.id} scores several data sets, and the row names none.",
                f"Name one of {', '.join(known)}.",
                "dataset",
            )
        found = self.protocol.dataset(name)
        if found is None:
            return LookupProblem(
                "unknown-dataset",
                f"{self.protocol.id} has no data set {quote_name(name)}."
                + did_you_mean(name, known),
                f"It scores {', '.join(known)}.",
                "dataset",
            )
        return found


def subject_from_name(rule: ProtocolDataset, name: str) -> str | None:
    """Return the subject that a video's name carries, where the protocol says how."""
    if rule.subject_in_video is None:
        return None
    found = re.search(rule.subject_in_video, name)
    return found[1] if found else None


def _belongs_to_subject(rule: ProtocolDataset, name: str, subject_key: str) -> bool | None:
    """Tell whether a video's name carries this subject; None where it carries none."""
    own = subject_from_name(rule, name)
    return None if own is None else canonical_id(rule.subjects, own) == subject_key


def duplicate_error(
    what: str, one: tuple[str | None, str], other: tuple[str | None, str]
) -> tuple[str, str, str]:
    """Return (code, message, remedy) for two rows that mean the same video or sample.

    Parameters
    ----------
    what : {"video", "sample"}
        What the rows are.
    one, other : tuple
        Subject and name, as spelled in the earlier and the later row.
    """
    if one == other:
        return (
            f"duplicate-{what}",
            f"The {what} {quote_name(one[1])} stands twice.",
            f"Give each {what} once, with everything in it.",
        )
    spelled, again = ("/".join(filter(None, names)) for names in (one, other))
    return (
        "alias-collision",
        f"The {what}s {quote_name(spelled)} and {quote_name(again)} are one under the protocol's "
        "alias rules.",
        f"Give each {what} once, spelled in one way.",
    )


def quote_name(text: str) -> str:
    """Return a name as a message quotes it: at most 100 characters, nothing unprintable."""
    return repr(text if len(text) <= 100 else text[:99] + "…")
