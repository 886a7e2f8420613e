"""Random intervals with the most frequent emotion: what emotion recognition must beat."""

from __future__ import annotations

from mebench.runner import Fold
from mebench.runner.trivial import majority_emotion
from mebench.runner.trivial.random import Random
from mebench.util.random_streams import RandomStream


class Majority(Random):
    """The intervals of ``random``, each with the most frequent training emotion."""

    name = "majority"
    title = "Random intervals, the majority emotion"

    def emotion(self, fold: Fold, rng: RandomStream) -> str:
        """Return the most frequent training emotion."""
        return majority_emotion(fold)
