"""Reports that somebody edited: every form of the table can be made, whatever is missing."""

from __future__ import annotations

from typing import Any, get_args

import pytest

import mebench
from mebench.tables.rendering import ReportFormat
from tests.evaluation.documents import TOY, interval, submission, truth


def edited(change: dict[str, Any]) -> mebench.Report:
    """Return a report with another task, or whose parts lack a kind of counts."""
    rows = {"1/a": [interval(10, 20)], "2/a": [interval(5, 9)]}
    document = mebench.score(submission(rows), truth(rows), TOY, by="subject").to_json()
    lacking = change.pop("lacking", None)
    for part in document["parts"][:1]:
        part["counts"].pop(lacking, None)
    return mebench.Report.model_validate(document | change)


@pytest.mark.parametrize("layout", get_args(ReportFormat))
@pytest.mark.parametrize(
    "change",
    [{"task": "spot"}, {"task": "recognize"}, {"lacking": "spotting"}, {"lacking": "analysis"}],
)
def test_a_table_can_be_made(change: dict[str, Any], layout: ReportFormat) -> None:
    assert mebench.render(edited(dict(change)), layout)
