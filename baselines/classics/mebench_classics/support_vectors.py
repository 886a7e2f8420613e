"""A linear support vector machine on descriptions of samples, with a score for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mebench_classics.recognizer import Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray


def linear_machine(
    descriptions: NDArray[np.float32], classes: NDArray[np.int64], n_classes: int, penalty: float
) -> Scores:
    """Train a linear support vector machine, one against one, by LIBSVM in scikit-learn.

    Parameters
    ----------
    descriptions : float32 array of shape (samples, features)
        The training samples.
    classes : int64 array of shape (samples,)
        Their classes, of which at least two differ.
    n_classes : int
        Number of classes.
    penalty : float
        C, the price of a training sample on the wrong side of the margin.

    Returns
    -------
    callable
        Returns scores (samples, classes): the number of won comparisons, with the distances as
        decimals. A class without training samples has a lower score than all others.
    """
    from sklearn.svm import SVC

    machine = SVC(C=penalty, kernel="linear", decision_function_shape="ovr")
    machine.fit(descriptions.astype(np.float64), classes)

    def scores(tested: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
        decisions = np.asarray(machine.decision_function(tested.astype(np.float64)))
        if decisions.ndim == 1:  # of two classes, one number decides
            decisions = np.stack((-decisions, decisions), axis=1)
        table = np.empty((len(tested), n_classes))
        table[:] = decisions.min(axis=1, keepdims=True) - 1
        table[:, machine.classes_] = decisions
        return table

    return scores
