"""What a baseline can be asked in a fold."""

from enum import StrEnum


class TaskKind(StrEnum):
    """A question, and the method of a baseline that answers it."""

    PREDICTIONS = "predict"
    LEARNING_CURVES = "lessons"
    EXPLANATIONS = "explain"
    COST = "cost"
    WEIGHTS = "train"
