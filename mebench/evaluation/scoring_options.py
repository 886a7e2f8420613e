"""The options of a score: what a user asked for besides the files."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from mebench.diagnostics import UsageError
from mebench.models.base import KINDS, Kind
from mebench.models.protocol import Protocol
from mebench.models.report import Options
from mebench.models.submission import Threshold
from mebench.protocols.label_mapping import ClassList, normalize_label
from mebench.util.text import did_you_mean


@dataclass(frozen=True, slots=True)
class ScoringOptions:
    """How to score.

    Attributes
    ----------
    clip : bool
        Clip intervals to their video.
    outside_as : str or None
        The class that stands for predicted emotions outside the class list, and for none.
    kind : {"micro", "macro"} or None
        The kind of expressions for which a file names none.
    score_threshold : float, dict or None
        Overrides the operating point of the file.
    first_frame, truth_first_frame : {0, 1} or None
        The number of the first frame in a foreign file.
    log_order : str or None
        Which label comes first in a recognition log.
    """

    clip: bool = False
    outside_as: str | None = None
    kind: Kind | None = None
    score_threshold: Threshold | None = None
    first_frame: Literal[0, 1] | None = None
    truth_first_frame: Literal[0, 1] | None = None
    log_order: Literal["predicted-truth", "truth-predicted"] | None = None

    def __post_init__(self) -> None:
        """See that a threshold given in a call is one.

        Raises
        ------
        UsageError
            ``bad-threshold``.
        """
        given = self.score_threshold
        numbers = list(given.values()) if isinstance(given, dict) else [given]
        known = not isinstance(given, dict) or (given and set(given) <= set(KINDS))
        if given is not None and not (known and all(map(_is_finite, numbers))):
            raise UsageError.of(
                "bad-threshold",
                f"The score threshold {given!r} is neither a number nor one a kind.",
                'Give 0.5, or {"micro": 0.5, "macro": 0.3}.',
            )

    def as_record(self) -> Options:
        """Return the record that stands in a report."""
        return Options.model_construct(
            clip=self.clip,
            outside_as=self.outside_as,
            kind=self.kind,
            score_threshold=self.score_threshold,
            first_frame=self.first_frame,
            truth_first_frame=self.truth_first_frame,
            log_order=self.log_order,
        )

    @classmethod
    def of_record(cls, options: Options) -> ScoringOptions:
        """Return the settings that a report was made with."""
        return cls(**dict(options))

    def outside_place(self, protocol: Protocol) -> int | None:
        """Return the place of ``outside_as`` in the class list.

        Raises
        ------
        UsageError
            ``unknown-class``.
        """
        if self.outside_as is None:
            return None
        names = ClassList(protocol).names
        for place, name in enumerate(names):
            if normalize_label(name) == normalize_label(self.outside_as):
                return place
        raise UsageError.of(
            "unknown-class",
            f"--outside-as {self.outside_as!r}: {protocol.id} has no such class."
            + did_you_mean(self.outside_as, names),
            f"Its classes are {', '.join(names)}." if names else "It analyses no emotions.",
        )


def _is_finite(number: object) -> bool:
    return isinstance(number, int | float) and isfinite(number)
