"""Match the ids of subjects, videos and samples under the alias rules of the protocol.

Ids are compared exactly, after both are brought to a canonical spelling.
"""

from __future__ import annotations

from collections.abc import Iterable

from mebench.models.protocol import AliasRule, Protocol, ProtocolDataset
from mebench.util.regex import first_group
from mebench.util.text import lookalike_key

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
                problem = _lookalikes(next(iter(spellings.values())), text)
            spellings.setdefault(identity, text)
        return problem


def _lookalikes(earlier: str, later: str) -> Problem:
    return (
        "lookalike-ids",
        f"{_ascii_name(earlier)} and {_ascii_name(later)} differ only in case, padding, width, "
        "invisible characters or Unicode form.",
        "Use one spelling if they are the same; otherwise rename one of them.",
    )


def distinct_ids(rule: AliasRule, texts: Iterable[str]) -> dict[str, str] | None:
    """Return the canonical spelling of each id; None if :class:`LookalikeChecker` finds any."""
    canonical = {text: canonical_id(rule, text) for text in dict.fromkeys(texts)}
    identities: dict[str, str] = {}
    for text, identity in canonical.items():
        folded = lookalike_key(text)
        own = folded if identity == text else lookalike_key(identity)
        same_under_rules = identity if folded == text else canonical_id(rule, folded)
        for key in (own, same_under_rules):
            if identities.setdefault(key, identity) != identity:
                return None
    return canonical


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
