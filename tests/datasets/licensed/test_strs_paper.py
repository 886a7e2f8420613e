"""The authors' own predictions, against a truth exported from a copy of CASME II."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.datasets.licensed.making import xlsx
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.shared import STRS_PREDICTIONS, STRS_TRUTH, needs
from tests.datasets.licensed.short_clips import CASME2_HEADER, casme2_row

pytestmark = needs(STRS_TRUTH, STRS_PREDICTIONS)


def test_the_paper_s_numbers(mebench: CommandLine, tmp_path: Path) -> None:
    with STRS_TRUTH.open(newline="", encoding="utf-8") as stream:
        truth = list(csv.DictReader(stream))
    assert len(truth) == 244
    rows = [
        casme2_row(
            int(one["subject"]),
            one["video"],
            int(one["onset"]) + 1,
            (int(one["onset"]) + int(one["offset"])) // 2 + 1,
            int(one["offset"]) + 1,
            one["emotion"],
        )
        for one in truth
    ]
    # What the release has beside them; the first two have their apex on the offset.
    rows += [
        casme2_row(4, "EP12_01f", 66, 111, 111, "disgust"),
        casme2_row(12, "EP09_06", 20, 80, 80, "others"),
        *(casme2_row(5, f"EP98_{number:02d}", 5, 6, 9, "sadness") for number in range(7)),
        *(casme2_row(6, f"EP99_{number:02d}", 5, 6, 9, "Fear") for number in range(2)),
    ]
    assert len(rows) == 255
    copy = tmp_path / "copy"
    xlsx(copy / "CASME2-coding-20190701.xlsx", {"Sheet1": (CASME2_HEADER, *rows)})
    exported = mebench("datasets", "export-truth", "casme2", "--root", copy, "-o", "truth.json")
    assert exported.status == 0, exported.said
    scored = mebench(
        *("score", STRS_PREDICTIONS, "--truth", "truth.json", "--protocol", "casme2-str@1"),
        *("--format", "json", "-o", "report.json"),
    )
    assert scored.status == 0, scored.said
    report = json.loads((tmp_path / "report.json").read_text())
    assert "counts-differ" not in json.dumps(report)
    assert report["counts"]["spotting"] == {"tp": 159, "fp": 85, "fn": 85}
    shown = {
        name: f"{report['metrics'][name]['value']:.4f}"
        for name in ("spotting_f1", "asr", "analysis_f1", "strs", "accuracy_all")
    }
    assert shown == {
        "spotting_f1": "0.6516",
        "asr": "0.8443",
        "analysis_f1": "0.5927",
        "strs": "0.3862",
        "accuracy_all": "0.5779",
    }
