"""The linear support vector machine: scores whose highest one is the prediction."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import make_blobs
from sklearn.svm import SVC

from mebench_classics.support_vectors import linear_machine


def test_the_best_score_is_the_prediction_of_the_machine() -> None:
    points, classes = make_blobs(60, 4, centers=3, cluster_std=4.0, random_state=0)
    points = points.astype(np.float32)
    scores = linear_machine(points[:40], classes[:40], 3, 10.0)(points[40:])
    machine = SVC(C=10.0, kernel="linear", break_ties=True).fit(points[:40], classes[:40])
    assert scores.shape == (20, 3)
    np.testing.assert_array_equal(scores.argmax(axis=1), machine.predict(points[40:]))


def test_a_class_without_training_samples_is_last() -> None:
    points = np.array([[0, 0], [1, 0], [0, 1], [5, 5], [6, 5], [5, 6]], np.float32)
    classes = np.array([1, 1, 1, 3, 3, 3])
    scores = linear_machine(points, classes, 4, 1.0)(np.array([[0, 0], [9, 9]], np.float32))
    assert scores.argmax(axis=1).tolist() == [1, 3]
    for row in scores:
        assert row[[0, 2]].max() < row[[1, 3]].min()
    # Of two classes, one number decides.
    np.testing.assert_allclose(scores[:, 1], -scores[:, 3])
