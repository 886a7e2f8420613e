"""Guesses intervals and always names the commonest emotion: what recognition must beat."""

from __future__ import annotations

from mebench.runner import Fold
from mebench.runner.trivial import majority_emotion
from mebench.runner.trivial.random import Random
from mebench.util.random_streams import RandomStream


class Majority(Random):
    """The intervals of ``random``, each with the commonest emotion of the training videos."""

    name = "majority"
    title = "Random intervals, the majority emotion"

    def emotion(self, fold: Fold, draws: RandomStream) -> str:
        """Return the commonest emotion."""
        return majority_emotion(fold)
