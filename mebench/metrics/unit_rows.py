"""Rows that belong to units (subjects or videos), found without reading those of other units.

Memory and time depend on the rows, not on the number of units times the size of a count: there can
be a hundred thousand videos, or a confusion matrix of a million cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.metrics.counts import ConfusionCounts
from mebench.metrics.ratios import Undefined
from mebench.models.annotation_table import NO_CLASS, BoolColumn, IntegerColumn

Units = list[int] | BoolColumn | slice
"""Selects units: their indices, or one truth value per unit."""

ALL = slice(None)


@dataclass(slots=True, eq=False, repr=False)
class UnitRows:
    """The rows of each unit.

    ``unit`` is the unit of each row, ``order`` the rows sorted by unit, and ``start`` the first
    position of each unit in it.
    """

    unit: IntegerColumn
    order: IntegerColumn
    start: IntegerColumn

    @classmethod
    def of(cls, unit: IntegerColumn, units: int) -> UnitRows:
        """Sort rows by their unit."""
        order = np.argsort(unit, kind="stable")
        return cls(unit, order, np.searchsorted(unit[order], np.arange(units + 1)))

    def select(self, units: Units) -> IntegerColumn:
        """Return the rows of some units, ascending."""
        if isinstance(units, list):
            start = self.start
            pieces = [self.order[start[unit] : start[unit + 1]] for unit in dict.fromkeys(units)]
            if len(pieces) == 1:
                return pieces[0]
            return np.sort(np.concatenate([self.order[:0], *pieces]))
        selected = np.zeros(len(self.start) - 1, bool)
        selected[units] = True
        return np.flatnonzero(selected[self.unit])


@dataclass(slots=True, eq=False, repr=False)
class LabelPairs:
    """Pairs of a true and a predicted class, from which the confusion matrix of units is made.

    ``cell`` is the index of each pair's cell in the matrix.
    """

    rows: UnitRows
    cell: IntegerColumn
    classes: int

    @classmethod
    def of(
        cls,
        unit: IntegerColumn,
        truth: IntegerColumn,
        prediction: IntegerColumn,
        shape: tuple[int, int],
    ) -> LabelPairs:
        """Return pairs of classes; ``shape`` is the number of units and that of classes.

        The last column of the matrix counts missing predictions.
        """
        units, classes = shape
        column = np.where(prediction == NO_CLASS, classes, prediction)
        return cls(UnitRows.of(unit, units), truth * (classes + 1) + column, classes)

    def key(self, unit: int) -> bytes:
        """Return a key that units share if their confusion matrix is the same."""
        return np.sort(self.cell[self.rows.select([unit])]).tobytes()

    def count(self, units: Units) -> int:
        """Return the number of pairs of some units."""
        return len(self.rows.select(units))

    def confusion(self, units: Units, truths: int, without_truths: Undefined) -> ConfusionCounts:
        """Return the confusion matrix of some units."""
        cells = np.bincount(
            self.cell[self.rows.select(units)], minlength=self.classes * (self.classes + 1)
        )
        matrix = cells.reshape(self.classes, self.classes + 1).tolist()
        return ConfusionCounts(tuple(map(tuple, matrix)), truths, without_truths)
