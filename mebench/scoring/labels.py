"""From a file's emotion labels to the classes of the protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench.metrics.trial import OUTSIDE
from mebench.records.protocol import Protocol
from mebench.records.sheets import IntegerColumn

EXCLUDED = -2
"""The label of a truth that the protocol leaves out altogether."""


def folded(label: str) -> str:
    """Return a label as labels are compared: without case and outer spaces."""
    return label.strip().casefold()


class Classes:
    """The class list of a protocol, with the label map of each data set."""

    def __init__(self, protocol: Protocol) -> None:
        self.names = tuple(protocol.classes)
        self._place = {folded(name): place for place, name in enumerate(self.names)}
        self._maps = {
            dataset.id: {
                folded(label): self._place[folded(name)]
                for label, name in dataset.label_map.items()
            }
            for dataset in protocol.datasets
        }
        self._excluded = {
            dataset.id: set(map(folded, dataset.excluded_labels)) for dataset in protocol.datasets
        }

    def place(self, dataset: str, label: str | None) -> int:
        """Return a label's place in the class list, ``OUTSIDE`` or ``EXCLUDED``."""
        if label is None:
            return OUTSIDE
        name = folded(label)
        if name in self._excluded.get(dataset, ()):
            return EXCLUDED
        mapped = self._maps.get(dataset, {}).get(name)
        return mapped if mapped is not None else self._place.get(name, OUTSIDE)

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
            [[*(self.place(dataset, label) for label in labels), OUTSIDE] for dataset in datasets],
            np.int64,
        ).reshape(len(datasets), len(labels) + 1)
        mapped: IntegerColumn = table[of, codes]
        return mapped
