"""No board ranks a system that left samples without a prediction."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.build_board import check_comparable
from mebench.leaderboard.check_counts import count_contradictions
from mebench.protocols.loader import load_shipped_protocol
from tests.leaderboard.made import Boards
from tests.leaderboard.test_tasks import COMPOSITE, composite


def test_predictions_of_a_part_of_the_samples_are_refused(boards: Boards) -> None:
    truth = composite()
    boards.write("t.json", truth)
    document = {
        "format": "mebench-submission/1",
        "protocol": COMPOSITE,
        "system": {"name": "a method"},
        "samples": truth["samples"][:-150],
    }
    run = boards.add(document, "--truth", f"{COMPOSITE}=t.json")
    assert run.status == 1
    assert "sample-missing" in run.said
    assert boards.log(COMPOSITE) == []
    report = mebench.score(document, truth, COMPOSITE, allow_missing=True)
    assert "|missing:150|" in report.signature
    folder = BoardFolder(Path("leaderboards"), load_shipped_protocol(COMPOSITE))
    with pytest.raises(mebench.MebenchError) as caught:
        check_comparable(folder, "a-method", report, None)
    assert [error.code for error in caught.value.diagnostics] == ["not-comparable"]
    assert "missing is 150" in caught.value.diagnostics[0].message
    unsigned = report.model_copy(update={"signature": report.signature.replace("|missing:150", "")})
    found = count_contradictions(unsigned, [], load_shipped_protocol(COMPOSITE))
    assert any(line.startswith("150 samples without a prediction") for line in found)
