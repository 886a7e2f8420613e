"""Map the emotion labels in files to the classes of a protocol."""

from __future__ import annotations

from mebench.models.annotation_table import NO_CLASS
from mebench.models.protocol import Protocol
from mebench.util.text import normalize_label

EXCLUDED = -2
"""The class of a label whose expressions the protocol excludes."""


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

    def knows(self, label: str) -> bool:
        """Return whether a label is a class, or any data set maps or excludes it."""
        return any(self.index(dataset, label) != NO_CLASS for dataset in self._maps)

    def suggest(self, label: str) -> str | None:
        """Return the class that a label obviously means: shortened, or another form of the word."""
        targets = dict(self._indices)
        for mapped in self._maps.values():
            targets |= {name: index for name, index in mapped.items() if name not in targets}
        key = normalize_label(label)
        found = {
            index
            for name, index in targets.items()
            if len(key) >= 3 and (name.startswith(key) or key.startswith(name))
        }
        for stem, meanings in _WORDS.items():
            if key.startswith(stem) and not found:
                found = {targets[word] for word in meanings.split() if word in targets}
        return self.names[found.pop()] if len(found) == 1 else None


_WORDS = {
    "happ": "happiness happy positive",
    "joy": "happiness happy positive",
    "sad": "sadness sad negative",
    "disg": "disgust negative",
    "fear": "fear negative",
    "ang": "anger angry negative",
    "contempt": "contempt negative",
    "surp": "surprise",
    "other": "others other",
}
"""What words that begin so mean."""
