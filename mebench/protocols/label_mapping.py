"""Map the emotion labels of a file to the classes of a protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench.models.annotation_table import NO_CLASS, IntegerColumn
from mebench.models.protocol import Protocol

EXCLUDED = -2
"""The label of a truth that the protocol leaves out altogether."""


def normalize_label(label: str) -> str:
    """Return a label as labels are compared: without case and outer spaces."""
    return label.strip().casefold()


class ClassList:
    """The class list of a protocol, with the label map of each data set."""

    def __init__(self, protocol: Protocol) -> None:
        self.names = tuple(protocol.classes)
        self._place = {normalize_label(name): place for place, name in enumerate(self.names)}
        self._maps = {
            dataset.id: {
                normalize_label(label): self._place[normalize_label(name)]
                for label, name in dataset.label_map.items()
            }
            for dataset in protocol.datasets
        }
        self._excluded = {
            dataset.id: set(map(normalize_label, dataset.excluded_labels))
            for dataset in protocol.datasets
        }

    def place(self, dataset: str, label: str | None) -> int:
        """Return a label's place in the class list, ``NO_CLASS`` or ``EXCLUDED``."""
        if label is None:
            return NO_CLASS
        name = normalize_label(label)
        if name in self._excluded.get(dataset, ()):
            return EXCLUDED
        mapped = self._maps.get(dataset, {}).get(name)
        return mapped if mapped is not None else self._place.get(name, NO_CLASS)

    def column(
        self,
        labels: tuple[str, ...],
        codes: NDArray[np.int32],
        datasets: list[str],
        of: IntegerColumn,
    ) -> IntegerColumn:
        """Map a column of label codes.

        Parameters
        ----------
        labels : tuple of str
            What the codes stand for; code -1 is no label.
        codes : int32
            The column.
        datasets : list of str
            Data-set ids.
        of : int64
            From row to data set.
        """
        table = np.array(
            [[*(self.place(dataset, label) for label in labels), NO_CLASS] for dataset in datasets],
            np.int64,
        ).reshape(len(datasets), len(labels) + 1)
        mapped: IntegerColumn = table[of, codes]
        return mapped
