"""Further expressions of a recording: kept in files, left out of a score by a declared rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench as package
from mebench.models.report import Report
from mebench.protocols.loader import load_protocol
from tests.cli.running import mebench
from tests.evaluation.documents import TOY, interval, submission, truth, write

SMIC = ["smic-hs", "smic-vis", "smic-nir"]


def smic_truth(dataset: str, further: bool) -> dict[str, Any]:
    """Return a truth in which further expressions are earlier, later, or of an unscored label."""
    videos: dict[str, list[Any]] = {
        "s18/s18_sur_03": [interval(50, 70, "surprise")],
        "s1/s1_ne_01": [interval(10, 20)],
        "s1/s1_po_02": [interval(30, 45, "positive")],
    }
    if further:
        videos["s18/s18_sur_03"].insert(0, interval(10, 30, "surprise", order=2))
        videos["s1/s1_ne_01"] += [interval(12, 22, order=3), interval(60, 80, order=2)]
        videos["s1/s1_po_02"] += [interval(60, 80, None, order=2)]
    return truth(videos) | {"dataset": dataset}


def smic_predictions(dataset: str) -> dict[str, Any]:
    rows = {
        "s18/s18_sur_03": [interval(11, 30, "surprise", score=0.9, apex=20)],
        "1/s01_ne_01": [interval(11, 20, score=0.8, apex=15)],
        "1/s1_po_02": [interval(60, 79, "positive", score=0.7, apex=70)],
    }
    return submission(rows) | {"protocol": f"{dataset}-str@1"}


def rows_of(document: dict[str, Any]) -> list[Any]:
    return [row for video in document["videos"] for row in video["intervals"]]


@pytest.mark.parametrize("dataset", SMIC)
def test_the_protocols_of_smic_score_the_first_of_the_sheet(dataset: str) -> None:
    predictions = smic_predictions(dataset)
    with_further, alone = (
        package.score(predictions, smic_truth(dataset, further)) for further in (True, False)
    )
    assert with_further.signature == alone.signature
    plain, expected = with_further.to_json(), alone.to_json()
    (note,) = [one for one in plain.pop("findings") if one["code"] == "further-expressions"]
    assert note["severity"] == "note"
    assert note["message"].startswith("4 further expressions left out:")
    expected.pop("findings")
    assert plain == expected
    assert with_further.metrics["asr"].value is not None, "each video has one truth"
    assert with_further.counts.spotting is not None
    assert with_further.counts.spotting.tp == 1, "the detections of second expressions are wrong"


def test_the_hashes_of_version_1_stay() -> None:
    """The signature of the same files before there were further expressions."""
    report = package.score(smic_predictions("smic-hs"), smic_truth("smic-hs", True))
    assert "|truth:e8c4665c|preds:8824bda1|" in report.signature


def test_the_report_states_how_many_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "t.json", smic_truth("smic-hs", True))
    write(tmp_path, "p.json", smic_predictions("smic-hs"))
    run = mebench(tmp_path, "score", "p.json", "--truth", "t.json")
    assert "note [further-expressions] 4 further expressions left out: smic-hs-str@1 " in run.said
    assert "3 videos, 3 expressions; 3 predictions" in run.out
    run = mebench(tmp_path, "validate", "t.json", "--as", "truth", "--protocol", "smic-hs-str@1")
    assert run.codes("note") == {"further-expressions"}
    assert "s18/s18_sur_03" in run.out
    shown = mebench(tmp_path, "protocols", "show", "smic-hs-str").out
    assert "left out       further expressions of a recording" in shown


def test_expected_counts_are_of_first_expressions() -> None:
    rules = TOY.model_copy(update={"first_expression_only": True}).model_dump()
    rules["expected"] = {"samples": 1, "videos": 1, "classes": {"positive": 1, "negative": 0}}
    rules["video_scope"] = "with-target"
    protocol = package.Protocol.model_validate(rules)
    true = truth(
        {
            "1/a": [interval(1, 9, "positive"), interval(20, 29, order=2)],
            "1/b": [interval(1, 9, order=2)],
        }
    )
    report = package.score(submission({}), true, protocol)
    assert "counts:differ" not in report.signature


def own(first_only: bool, one_per_video: bool = True) -> package.Protocol:
    update = {"first_expression_only": first_only, "one_per_video": one_per_video}
    return TOY.model_copy(update=update)


def scored(protocol: package.Protocol, further: int | None) -> Report:
    rows = [
        interval(10, 20),
        interval(40, 60, "positive", **({"order": further} if further else {})),
    ]
    predictions = submission({"1/a": [interval(10, 21, score=0.5)]})
    return package.score(predictions, truth({"1/a": rows}), protocol)


def test_a_rule_of_a_user_is_in_the_signature() -> None:
    plain, ruled = scored(own(False), 2), scored(own(True), 2)
    assert plain.metrics["asr"].reason == "several-truths"
    assert ruled.metrics["asr"].value == 1
    parts = [
        dict(part.split(":", 1) for part in one.signature.split("|")) for one in (plain, ruled)
    ]
    assert parts[0]["rules"] != parts[1]["rules"]


def test_without_the_rule_an_order_changes_nothing() -> None:
    signatures = {scored(own(False), order).signature for order in (None, 1, 2, 7)}
    assert len(signatures) == 1


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("casme2-str@1", "f7415489"),
        ("megc2019-cde@1", "672c5c83"),
        ("sammlv-str@1", "931c11a8"),
        ("synthetic-str@1", "f9b6656d"),
    ],
)
def test_the_hash_of_rules_without_it_stays(name: str, digest: str) -> None:
    """The digests of a protocol under another id, from before the rule existed."""
    from mebench.protocols.loader import protocol_digest

    assert protocol_digest(load_protocol(name)) == digest


def test_recognition_has_no_such_rule(tmp_path: Path) -> None:
    text = 'id = "a@1"\ntitle = "A"\ntask = "recognize"\nclasses = ["x"]\n'
    text += 'first_expression_only = true\n[[datasets]]\nid = "toy"\n'
    write(tmp_path, "mine.toml", text)
    run = mebench(tmp_path, "protocols", "show", "mine.toml")
    assert (run.status, run.codes()) == (2, {"inconsistent"})
    assert "`first_expression_only` requires a protocol that spots" in run.said


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (0, "value-out-of-range"),
        (2**70, "value-out-of-range"),
        ("2", "wrong-type"),
        (1.5, "wrong-type"),
    ],
)
def test_an_order_is_a_positive_integer(tmp_path: Path, order: Any, code: str) -> None:
    write(tmp_path, "t.json", truth({"1/a": [interval(1, 9, order=order), interval(30, 40)]}))
    run = mebench(tmp_path, "validate", "t.json")
    assert run.codes() == {code}
    assert "/videos/0/intervals/0/order" in run.said or "t.json:1:" in run.said


def test_json_keeps_the_order_and_a_csv_loses_it_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "t.json", smic_truth("smic-hs", True))
    convert = ("convert", "truth", "t.json", "--protocol", "smic-hs-str@1", "-o")
    run = mebench(tmp_path, *convert, "new.json")
    assert not run.codes("warning")
    new = json.loads((tmp_path / "new.json").read_bytes())
    assert rows_of(new) == rows_of(smic_truth("smic-hs", True))
    run = mebench(tmp_path, *convert, "new.csv")
    assert run.codes("warning") == {"convert-loses"}
    assert "left out: order." in run.said
