"""The spotting log as organizers and participants write it; lines are not intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.convert import convert
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.evaluation.verify import compare_reports, verify
from mebench.formats.loader import read_predictions
from mebench.models.report import Report
from tests.evaluation.documents import codes, write
from tests.formats.finding import errors, findings_in

LOG = "2\na 11 20 12 21 TP\na - - 50 60 FP\nb 5 9 - - FN\n"
CASME_SQ = "megc2020-spot-casme-sq@1"


def spotter(*targets: str, datasets: tuple[str, ...] = ("casme-sq",)) -> mebench.Protocol:
    return mebench.Protocol.model_validate(
        {
            "id": "log@1",
            "title": "x",
            "task": "spot",
            "targets": list(targets),
            "datasets": [{"id": name} for name in datasets],
        }
    )


def score(
    folder: Path, text: str, protocol: Any = None, findings: Findings | None = None, **options: Any
) -> Report:
    path = write(folder, "log.txt", text)
    protocol = protocol or spotter("micro")
    return score_with_options(path, None, protocol, ScoringOptions(**options), findings=findings)


def counts_of(report: Report) -> tuple[int, int, int]:
    spotting = report.counts.spotting
    assert spotting is not None
    return spotting.tp, spotting.fp, spotting.fn


def findings_of(report: Report) -> dict[str, str]:
    return {finding.code: finding.message for finding in report.findings}


@pytest.mark.parametrize(
    "text",
    [
        LOG,
        LOG.replace("\n", "\r\n"),
        LOG.replace("\n", "\r"),
        LOG.replace(" ", "\t"),
        LOG.replace(" ", ", "),
        LOG.replace("TP", "tp").replace("FP", "Fp"),
        "\n" + LOG.replace("\n", "\n\n"),
        LOG.rstrip("\n"),
        LOG.removeprefix("2\n"),  # then the data set of the protocol
        LOG.replace("-", "__"),
        LOG.replace("- - ", "").replace(" - -", ""),
        LOG.replace("a ", "a* ").replace("b ", "b** "),
        LOG.replace("b ", "2\nb "),
        LOG.replace("-", "").replace(" ", ","),  # empty cells
        LOG.replace("-", "").replace(" ", ",").replace("\n", ",,\n") + ",,,,,,,\n",
        LOG.replace(" ", ",").replace("-", "nan").replace("1,", "1.0,").replace("P\n", "P,7\n"),
    ],
)
def test_one_log_in_many_spellings(tmp_path: Path, text: str) -> None:
    report = score(tmp_path, text)
    assert counts_of(report) == (1, 1, 1)
    assert report.units.videos_without_predictions == ["b/b"]
    assert "truth-from-log" in findings_of(report)
    read = read_predictions(tmp_path / "log.txt", Findings())
    assert read.table.intervals.onset.tolist() == [11, 49], "frames count from 1"
    assert read.log is not None and read.log.verdicts == {"TP": 1, "FP": 1, "FN": 1}


@pytest.mark.parametrize(
    ("rows", "claimed", "expected"),
    [
        # One prediction for two truths: F1 is 2/3, not 1.
        ("a 1 20 1 20 TP\na 3 18 1 20 TP\n", (2, 0, 0), (1, 0, 1)),
        # One truth with two predictions.
        ("a 1 20 1 20 TP\na 1 20 3 18 TP\n", (2, 0, 0), (1, 1, 0)),
        # Two truths and two predictions that all overlap by half: one to one.
        ("a 1 20 1 20 TP\na 3 18 1 20 TP\na 3 18 3 18 TP\n", (3, 0, 0), (2, 0, 0)),
        # An FP with its truth is a prediction and a truth, here also in a line of its own.
        ("a 1 20 15 40 FP\na 1 20 - - FN\n", (0, 1, 1), (0, 1, 1)),
        ("a 1 20 15 40 FP\n", (0, 1, 0), (0, 1, 1)),
        # The same line twice.
        ("a 1 20 1 20 TP\na 1 20 1 20 TP\n", (2, 0, 0), (1, 0, 0)),
        # The same interval in two videos is two intervals.
        ("a 1 20 1 20 TP\nb 1 20 1 20 TP\n", (2, 0, 0), (2, 0, 0)),
        # IoU below one half, whatever the log says; and above it.
        ("a 11 20 100 120 TP\n", (1, 0, 0), (0, 1, 1)),
        ("a 11 20 11 21 FP\n", (0, 1, 0), (1, 0, 0)),
    ],
)
def test_lines_are_not_intervals(
    tmp_path: Path, rows: str, claimed: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    report = score(tmp_path, f"2\n{rows}")
    assert counts_of(report) == expected
    log = report.log
    assert log is not None and (log.tp, log.fp, log.fn) == claimed
    assert log.spotting_f1 == 2 * claimed[0] / (2 * claimed[0] + claimed[1] + claimed[2])
    differs = findings_of(report).get("log-verdicts-differ", "")
    assert bool(differs) == (claimed != expected)
    assert not differs or f"TP {claimed[0]}, FP" in differs
    backwards = "".join(f"{row}\n" for row in reversed(rows.splitlines()))
    assert score(tmp_path, f"2\n{backwards}").signature == report.signature


def test_table_and_json_print_both_counts(tmp_path: Path) -> None:
    report = score(tmp_path, "2\na 1 20 1 20 TP\na 3 18 1 20 TP\n")
    lines = [line.split() for line in mebench.render(report).splitlines()]
    assert ["log", "standard"] in lines and ["TP", "2", "1"] in lines
    assert ["F1", "1.0000", "0.6667"] in lines
    expected = {"tp": 2, "fp": 0, "fn": 0, "spotting_f1": 1.0}
    assert report.to_json()["log"] == expected
    assert mebench.Report.model_validate(report.to_json()).log == report.log
    assert report.log is not None
    forged = report.model_copy(update={"log": report.log.model_copy(update={"tp": 1})})
    assert compare_reports(forged, report).differences == ["log.tp: 1 in the report, 2 computed"]


def test_sections_of_other_data_sets_are_skipped(tmp_path: Path) -> None:
    text = "1\na 1 20 1 20 TP\na - - 40 50 FP\n" + LOG + "1\nc 1 20 - - FN\n"
    report = score(tmp_path, text)
    assert counts_of(report) == (1, 1, 1)
    assert "3 lines of sammlv skipped" in findings_of(report)["log-section-skipped"]
    assert report.log is not None and (report.log.tp, report.log.fn) == (1, 1)
    both = score(tmp_path, text, spotter("micro", datasets=("sammlv", "casme-sq")))
    assert counts_of(both) == (2, 2, 2), "the same id in two sections is two videos"
    assert "log-section-skipped" not in findings_of(both)
    findings, detected = validate(tmp_path / "log.txt", protocol=spotter("micro"))
    assert findings.counts["log-section-skipped"] == 1 and not findings.has_errors
    converted = convert(
        "predictions", tmp_path / "log.txt", spotter("micro"), ScoringOptions(), Findings()
    )
    assert len(converted.table.intervals) == 2 and detected == "MEGC spotting log"


def test_a_log_of_another_data_set_is_refused_once(tmp_path: Path) -> None:
    found = findings_in(tmp_path, LOG, against=None, protocol=spotter("micro", datasets=("x",)))
    assert [error[:2] for error in errors(found)] == [("unknown-dataset", 2)]


def test_the_data_set_of_a_log_without_sections(tmp_path: Path) -> None:
    two = spotter("micro", datasets=("sammlv", "casme-sq"))
    text = LOG.removeprefix("2\n")
    with pytest.raises(mebench.MebenchError) as caught:
        score(tmp_path, text, two)
    assert codes(caught.value) == ["dataset-missing"]
    assert "--dataset" in caught.value.diagnostics[-1].remedy
    report = score(tmp_path, text, two, dataset="casme-sq")
    assert report.groups["casme-sq"]["spotting_f1"].value == 1 / 2
    assert report.groups["sammlv"]["spotting_f1"].value is None
    assert report.options.dataset == "casme-sq"
    csv = write(tmp_path, "preds.csv", "subject,video,onset,offset,kind\ns,a,1,9,micro\n")
    converted = convert("predictions", csv, two, ScoringOptions(dataset="sammlv"), Findings())
    assert '"dataset": "sammlv"' in converted.text


def test_without_kinds_only_the_pairs_of_the_log_match(tmp_path: Path) -> None:
    both = spotter("macro", "micro")
    # The second pair overlaps completely, but the log does not count it: the kinds may differ.
    text = "2\na 1 20 1 20 TP\na 50 60 50 60 FP\nb 1 9 - - FN\n"
    report = score(tmp_path, text, both)
    assert counts_of(report) == (1, 1, 2)
    assert report.groups["overall"] == report.metrics
    for kind in ("micro", "macro"):
        assert {value.value for value in report.groups[kind].values()} == {None}
        assert {value.reason for value in report.groups[kind].values()} == {"kind-unknown"}
        assert report.group_counts[kind].spotting is None
    assert "|kind:none|" in report.signature and "kinds-unknown" in findings_of(report)
    assert counts_of(score(tmp_path, text, both, kind="micro")) == (2, 0, 1)

    # What the log calls TP changes the score, so it changes the signature.
    changed = score(tmp_path, text.replace("50 60 FP", "50 60 TP"), both)
    assert counts_of(changed) == (2, 0, 1) and changed.signature != report.signature
    # Of two pairs with equal IoU, the one that the log names.
    crossed = "2\na 1 10 2 11 TP\na 2 11 1 10 FP\n"
    assert counts_of(score(tmp_path, crossed, both)) == (1, 1, 1)
    assert (
        verify(
            score(tmp_path, text, both), write(tmp_path, "log.txt", text), None, both
        ).differences
        == []
    )
    findings, _ = validate(tmp_path / "log.txt", protocol=both)
    assert not findings.has_errors and findings.counts["kinds-unknown"] == 1


def test_kinds_are_needed_with_another_truth(tmp_path: Path) -> None:
    path = write(tmp_path, "log.txt", LOG)
    truth = write(tmp_path, "truth.csv", "subject,video,onset,offset,kind\na,a,10,19,micro\n")
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(path, truth, spotter("macro", "micro"))
    assert "kind-missing" in codes(caught.value)


def test_ids_of_the_long_videos(tmp_path: Path) -> None:
    text = "s15/15_0102* 699 707 700 710 TP\ns16/16_0101* 1 9 __ __ FN\n15/anger1_1 5 9 5 9 TP"
    report = score(tmp_path, text, CASME_SQ, kind="micro")
    assert (report.units.subjects, counts_of(report)) == (2, (2, 0, 1))
    rows = "s15,15_0102eatingworms,698,706\ns16,16_0101disgustingteeth,0,8\n15,15_0401x,4,8\n"
    truth = write(tmp_path, "truth.csv", f"subject,video,onset,offset\n{rows}")
    with pytest.raises(mebench.MebenchError) as caught:  # s15 and 15 in one file
        mebench.score(tmp_path / "log.txt", truth, "casme-sq-str@1")
    assert "unknown-video" not in codes(caught.value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a 11 20 12 21 XX", ("log-syntax", 2, None)),
        ("a 11 20 12 21", ("log-syntax", 2, None)),
        ("my video 11 20 12 21 TP", ("log-syntax", 2, None)),
        ("3", ("log-syntax", 2, None)),
        ("* 11 20 12 21 TP", ("log-syntax", 2, None)),
        ("a 11 20 TP", ("log-syntax", 2, None)),
        ("a - - 12 21 TP", ("log-verdict", 2, 13)),
        ("a 11 - 12 21 TP", ("log-verdict", 2, 14)),
        ("a 11 20 - - FP", ("log-verdict", 2, 13)),
        ("a 11 - 12 21 FP", ("log-verdict", 2, 14)),
        ("a 11 20 12 21 FN", ("log-verdict", 2, 15)),
        ("a,,20,12,21,FP", ("log-verdict", 2, 13)),
        ("a x 20 12 21 TP", ("frame-not-integer", 2, 3)),
        ("a,,,x,21,FP", ("frame-not-integer", 2, 5)),
        ("a x 20 FN", ("frame-not-integer", 2, 3)),
        ("a 11 20 12.5 21 TP", ("frame-not-integer", 2, 9)),
        ("a 20 11 12 21 TP", ("offset-before-onset", 2, 6)),
        ("a 11 20 21 12 TP", ("offset-before-onset", 2, 12)),
    ],
)
def test_refusal(tmp_path: Path, line: str, expected: tuple[str, int, int]) -> None:
    protocol = spotter("micro", datasets=("sammlv",))
    found = findings_in(tmp_path, f"1\n{line}\n", against=None, protocol=protocol)
    assert [error[:3] for error in errors(found)] == [expected]
