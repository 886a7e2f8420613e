"""Who was taken for what, as plain integers."""

from __future__ import annotations

from dataclasses import dataclass

from mebench.metrics.value import NO_TRUTH, Undefined


@dataclass(frozen=True, slots=True)
class ConfusionCounts:
    """A confusion matrix of C classes.

    Attributes
    ----------
    matrix : C rows of C + 1 integers
        Row: the true class. Column: the predicted one; the last column counts truths that have no
        prediction.
    truths : int
        The truths there were to analyse from, spotted or not. None makes every rate undefined;
        some, but none analysed, makes them 0.
    without_truths : Undefined
        The reason given where there is none.
    """

    matrix: tuple[tuple[int, ...], ...]
    truths: int
    without_truths: Undefined = NO_TRUTH

    @property
    def classes(self) -> range:
        """The classes as numbers."""
        return range(len(self.matrix))

    @property
    def correct(self) -> int:
        """Truths whose class was named."""
        return sum(self.matrix[name][name] for name in self.classes)

    @property
    def total(self) -> int:
        """Truths analysed, the missed ones included."""
        return sum(map(sum, self.matrix))

    def hits(self, name: int) -> int:
        """Truths of a class that were named so."""
        return self.matrix[name][name]

    def truths_of(self, name: int) -> int:
        """Truths of a class."""
        return sum(self.matrix[name])

    def predictions_of(self, name: int) -> int:
        """Predictions of a class."""
        return sum(row[name] for row in self.matrix)

    @property
    def absent(self) -> list[int]:
        """Classes with neither a truth nor a prediction."""
        return [
            name
            for name in self.classes
            if not self.truths_of(name) and not self.predictions_of(name)
        ]
