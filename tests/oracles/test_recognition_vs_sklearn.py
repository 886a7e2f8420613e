"""The rates of a recognition protocol against scikit-learn.

scikit-learn's macro averages run over ``labels``, so every class of the protocol counts, absent
ones as 0 (``zero_division=0``). A sample without a prediction gets an additional label outside
``labels``: it is wrong, but not a false positive of any class.
"""

from __future__ import annotations

from random import Random

import pytest
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)

from mebench.models.report import Report
from tests.metrics.documents import Document, score, values

CLASSES = ["disgust", "happiness", "others", "repression", "surprise"]
MISSING = "(none)"


def labels(random: Random, samples: int, classes: int) -> tuple[list[str], list[str]]:
    """Draw true and predicted labels; classes may not occur, samples may lack a prediction."""
    named = CLASSES[:classes]
    true_ones = random.sample(named, random.randint(1, classes))
    predicted_ones = random.sample(named, random.randint(1, classes))
    truth = random.choices(true_ones, k=samples)
    predicted = [random.choice([one, one, random.choice(predicted_ones), MISSING]) for one in truth]
    return truth, predicted


def scored(truth: list[str], predicted: list[str], classes: int) -> Report:
    """Score the labels with the package's public function."""
    protocol: Document = {
        "id": "recognize@1",
        "title": "Recognition",
        "task": "recognize",
        "classes": CLASSES[:classes],
        "datasets": [{"id": "toy"}],
    }
    keys = [{"subject": f"s{at % 7}", "sample": f"{at}"} for at in range(len(truth))]
    return score(
        {
            "format": "mebench-submission/1",
            "system": {"name": "test"},
            "samples": [
                {**key, "emotion": name}
                for key, name in zip(keys, predicted, strict=True)
                if name != MISSING
            ],
        },
        {
            "format": "mebench-truth/1",
            "dataset": "toy",
            "samples": [{**key, "emotion": name} for key, name in zip(keys, truth, strict=True)],
        },
        protocol,
    )


@pytest.mark.parametrize("seed", range(30))
def test_every_rate(seed: int) -> None:
    random = Random(seed)
    classes = random.randint(2, len(CLASSES))
    truth, predicted = labels(random, random.randint(1, 60), classes)
    options = {"labels": CLASSES[:classes], "average": "macro", "zero_division": 0}
    precision = float(precision_score(truth, predicted, **options))
    recall = float(recall_score(truth, predicted, **options))
    both = precision + recall
    expected = {
        "accuracy": float(accuracy_score(truth, predicted)),
        "analysis_precision": precision,
        "analysis_recall": recall,
        "analysis_f1": 2 * precision * recall / both if both else 0.0,
        "uf1": float(f1_score(truth, predicted, **options)),
        "uar": recall,
    }
    report = scored(truth, predicted, classes)
    assert values(report) == pytest.approx(expected, abs=1e-12)
    options["average"] = None
    columns = precision_recall_fscore_support(truth, predicted, **options)
    assert [row.name for row in report.classes] == CLASSES[:classes]
    for row, rates in zip(report.classes, zip(*columns, strict=True), strict=True):
        found = (row.precision, row.recall, row.f1, row.truths)
        assert found == pytest.approx(rates, abs=1e-12)
        assert row.predictions == predicted.count(row.name)
    assert report.classes_all == []


@pytest.mark.parametrize("seed", range(10))
def test_the_confusion_matrix(seed: int) -> None:
    random = Random(1000 + seed)
    truth, predicted = labels(random, 40, 4)
    matrix = confusion_matrix(truth, predicted, labels=[*CLASSES[:4], MISSING]).tolist()
    analysis = scored(truth, predicted, 4).counts.analysis
    assert analysis is not None
    assert analysis.confusion.matrix == matrix[:4]  # no truth is missing
    assert matrix[4] == [0] * 5


def test_analysis_f1_is_not_what_scikit_learn_calls_macro_f1() -> None:
    truth = ["disgust"] * 4 + ["happiness"]
    predicted = ["disgust", *["happiness"] * 4]
    found = values(scored(truth, predicted, 2))
    macro = float(f1_score(truth, predicted, average="macro"))
    assert found["uf1"] == pytest.approx(macro)
    assert found["analysis_f1"] is not None
    assert found["analysis_f1"] > macro + 0.2
