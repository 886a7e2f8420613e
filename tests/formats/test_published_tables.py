"""Tables of the field that are not in the repository: each is read, or refused by name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.formats.loader import read_predictions, read_truth
from mebench.formats.mapping_file import load_mapping
from mebench.models.annotation_table import IntervalColumns
from tests.datasets.licensed.shared import SHARED, STRS_PREDICTIONS, STRS_TRUTH, needs

LISTS, SUBMISSIONS = SHARED / "lists", SHARED / "submissions"
USTC = LISTS / "ustc_casme_sq_truth.csv"
HEADERLESS = SUBMISSIONS / "headerless" / "casme_spot_result_test.csv"
MEGC2022 = SUBMISSIONS / "megc2022"
MEGC2024 = SUBMISSIONS / "megc2024-str"


def kinds(intervals: IntervalColumns) -> dict[str | None, int]:
    names = [intervals.kind_name(row) for row in range(len(intervals))]
    return {name: names.count(name) for name in dict.fromkeys(names)}


@needs(USTC)
def test_the_truth_of_a_family_has_the_numbers_of_the_data_set() -> None:
    """357 expressions of CAS(ME)²: of 44 macro-expressions the offset, of four the apex is bad."""
    findings = Findings()
    table = read_truth(USTC, findings)
    assert table.format == "USTC CSV" and table.first_frame == 1
    assert kinds(table.intervals) == {"macro": 300, "micro": 57}
    replaced = [one.message for one in findings.kept if one.code == "frame-replaced"]
    assert [message.split()[0] for message in replaced] == ["44", "4"]
    found, _ = validate(USTC, role="truth", protocol="megc2020-spot-casme-sq@1")
    assert not found.has_errors and "counts-differ" not in found.counts


@pytest.mark.parametrize(
    "name", ["cas_duration.csv", "samm_duration.csv", "megc_challenge_samm_frames.csv"]
)
def test_lists_of_lengths_are_named(name: str) -> None:
    path = LISTS / name
    if not path.exists():
        pytest.skip(f"missing: {path}")
    for reader in (read_predictions, read_truth):
        with pytest.raises(MebenchError) as caught:
            reader(path, Findings())
        assert [one.code for one in caught.value.diagnostics] == ["wrong-file"]


@needs(MEGC2022)
def test_the_two_files_of_megc2022_in_one_zip(tmp_path: Path) -> None:
    package = tmp_path / "team.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for path in sorted(MEGC2022.glob("*.csv")):
            archive.write(path, f"team/{path.name}")
    table = read_predictions(package, Findings()).table
    assert table.format == "MEGC2022 CSV" and table.first_frame == 1
    assert kinds(table.intervals) == {"macro": 41, "micro": 54}
    findings, read_as = validate(package, protocol="megc2022-spot@1")
    assert read_as == "MEGC2022 CSV" and not findings.has_errors


@needs(SUBMISSIONS / "megc2023")
def test_a_submission_of_megc2023() -> None:
    table = read_predictions(SUBMISSIONS / "megc2023" / "cas_pred.csv", Findings()).table
    assert table.format == "MEGC2023 CSV" and len(table.videos) == 18
    assert kinds(table.intervals) == {"macro": 279, "micro": 26}


@needs(MEGC2024)
def test_submissions_of_megc2024() -> None:
    protocols = {"cas_pred.csv": "casme-sq-str@1", "samm_pred.csv": "sammlv-str@1"}
    for name, protocol in protocols.items():
        ids = "sheet" if name.startswith("cas") else None
        options = ScoringOptions(first_frame=1, ids=ids)
        findings, read_as = validate(MEGC2024 / name, protocol=protocol, options=options)
        assert read_as == "STR CSV" and not findings.has_errors


@needs(HEADERLESS)
def test_a_result_without_a_header_under_a_mapping() -> None:
    columns = {"video": 1, "onset": 2, "offset": 3, "subject": 4}
    mapping = load_mapping({"header": False, "columns": columns})
    table = read_predictions(HEADERLESS, Findings(), mapping=mapping).table
    assert (len(table.intervals), len(table.videos)) == (611, 86)
    assert table.videos[0][1:3] == ("s15", "s15/15_0101disgustingteeth")


@needs(STRS_TRUTH, STRS_PREDICTIONS)
def test_the_example_of_the_strs_metric_under_other_names(tmp_path: Path) -> None:
    """The same rows under other names, with commas, counted from 1 and with other labels."""
    plain = mebench.score(STRS_PREDICTIONS, STRS_TRUTH, "casme2-str@1")
    _, *lines = STRS_PREDICTIONS.read_text().split()
    rows = [line.split(",") for line in lines]
    theirs = [
        f"{subject}.0;{clip};{int(start) + 1},0;{int(end) + 1};{label[:4].upper()}"
        for subject, clip, start, end, label in rows
    ]
    path = tmp_path / "theirs.csv"
    path.write_text("\n".join(["sub;clip;start;end;label", *theirs]))
    labels = {row[4][:4]: row[4] for row in rows}
    report = mebench.score(
        path, STRS_TRUTH, "casme2-str@1", mapping={"first_frame": 1, "labels": labels}
    )
    assert report.signature == plain.signature and report.metrics == plain.metrics
