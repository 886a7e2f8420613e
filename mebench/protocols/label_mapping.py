"""Map the emotion labels in files to the classes of a protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench.models.annotation_table import NO_CLASS, IntegerColumn
from mebench.models.protocol import Protocol

EXCLUDED = -2
"""The class of a label whose expressions the protocol excludes."""


def normalize_label(label: str) -> str:
    """Return a label for comparison: case and spaces at both ends are ignored."""
    return label.strip().casefold()


class ClassList:
    """The class list of a protocol, with the label maps of its data sets."""

    def __init__(self, protocol: Protocol) -> None:
        self.names = tuple(protocol.classes)
        self._indices = {normalize_label(name): index for index, name in enumerate(self.names)}
        self._maps = {
            dataset.id: {
                normalize_label(label): self._indices[normalize_label(name)]
                for label, name in dataset.label_map.items()
            }
            for dataset in protocol.datasets
        }
        self._excluded = {
            dataset.id: set(map(normalize_label, dataset.excluded_labels))
            for dataset in protocol.datasets
        }

    def index(self, dataset: str, label: str | None) -> int:
        """Return the index of a label's class in the class list, ``NO_CLASS`` or ``EXCLUDED``."""
        if label is None:
            return NO_CLASS
        name = normalize_label(label)
        if name in self._excluded.get(dataset, ()):
            return EXCLUDED
        mapped = self._maps.get(dataset, {}).get(name)
        return mapped if mapped is not None else self._indices.get(name, NO_CLASS)

    def column(
        self,
        labels: tuple[str, ...],
        codes: NDArray[np.int32],
        datasets: list[str],
        dataset_of_row: IntegerColumn,
    ) -> IntegerColumn:
        """Return the class index of every row of a label column.

        ``labels`` has the label of each code; the code -1 (no label) gives ``NO_CLASS``.
        ``dataset_of_row`` is the index of each row's data set in ``datasets``.
        """
        # The last column belongs to code -1.
        table = np.array(
            [[*(self.index(dataset, label) for label in labels), NO_CLASS] for dataset in datasets],
            np.int64,
        ).reshape(len(datasets), len(labels) + 1)
        classes: IntegerColumn = table[dataset_of_row, codes]
        return classes
