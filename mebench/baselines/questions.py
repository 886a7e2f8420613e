"""What a baseline can be asked in a fold."""

from enum import StrEnum


class Question(StrEnum):
    """A question, and the method of a baseline that answers it."""

    ANSWERS = "predict"
    LESSONS = "lessons"
    EXPLANATIONS = "explain"
    COST = "cost"
    WEIGHTS = "train"
