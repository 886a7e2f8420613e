"""Map the emotion labels in files to the classes of a protocol."""

from __future__ import annotations

from mebench.models.annotation_table import NO_CLASS
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
