"""The delete-one-subject jackknife: the values without each subject, and the degrees of freedom."""

from __future__ import annotations

from math import fsum, sqrt

import numpy as np

from mebench.models.annotation_table import FloatColumn

LEVEL = 0.95
"""The coverage of all intervals."""

TAIL = (1 - LEVEL) / 2


MAX_SUBJECTS = 2_000
"""Subjects up to which each is left out in turn: far above any data set, within little memory."""


def leave_one_out(subjects: int) -> FloatColumn:
    """Return the weights of S replicates that leave out one subject each, shape (S, S)."""
    return np.ones((subjects, subjects)) - np.eye(subjects)


def effective_subjects(truths: FloatColumn) -> float:
    """Return the effective number of subjects K = (sum m)^2 / sum m^2; 0 without any truth.

    Parameters
    ----------
    truths : shape (S,)
        The true expressions m of each subject; in recognition the samples.
    """
    squares = float((truths**2).sum())
    return float(truths.sum()) ** 2 / squares if squares else 0.0


def standard_error(values: FloatColumn) -> float:
    """Return the jackknife standard error from the values without one subject each."""
    subjects = len(values)
    mean = exact_mean(values)
    squares = fsum(((values - mean) ** 2).tolist())
    return sqrt((subjects - 1) / subjects * squares)


def standard_errors(values: FloatColumn) -> FloatColumn:
    """Return the same of each row of values, for simulations; the last axis is the subjects'."""
    subjects = values.shape[-1]
    deviations = values - values.mean(axis=-1, keepdims=True)
    errors: FloatColumn = np.sqrt((subjects - 1) / subjects * (deviations**2).sum(axis=-1))
    return errors


def exact_mean(values: FloatColumn) -> float:
    """Return a mean that does not depend on the order of the values."""
    return fsum(values.tolist()) / len(values)
