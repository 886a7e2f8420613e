"""The composite of MEGC2019, put together from three copies, against the challenge's own list."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mebench.protocols.loader import load_protocol
from mebench.runner.locations import DatasetLocation, open_datasets
from mebench.runner.run_data import load_run_data
from mebench.util.atomic_write import to_json_text
from tests.datasets.licensed.making import frames, xlsx
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.shared import LIST, needs, official_list
from tests.datasets.licensed.short_clips import CASME2_HEADER, casme2_row, facs_row, facs_sheet

pytestmark = needs(LIST)

LABELS = {"negative": ("disgust", "repression"), "positive": ("happiness",)}
NAMES = {"smic-hs-short": "smic", "casme2": "casme2", "samm": "samm"}


class Roots(NamedTuple):
    """Where the three data sets lie."""

    folder: Path

    @property
    def options(self) -> list[str]:
        """What the command line takes."""
        return [part for one in NAMES for part in ("--root", f"{one}={self.folder / one}")]

    @property
    def dataset_locations(self) -> list[DatasetLocation]:
        """What the package takes."""
        return [DatasetLocation(one, str(self.folder / one)) for one in NAMES]


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Roots:
    """Three copies with the list's samples, and what each sheet has beside them."""
    folder = tmp_path_factory.mktemp("composite")
    casme2, samm = [], []
    for place, (data, subject, name, label) in enumerate(official_list()):
        if data == "casme2":
            emotion = LABELS.get(label, (label,))[place % len(LABELS.get(label, (label,)))]
            casme2.append((subject, name, emotion))
        elif data == "samm":
            samm.append((f"{int(subject):03d}", name, label))
        else:
            short = subject.replace("s0", "s")
            kind = {"ne": "negative", "po": "positive"}.get(name.split("_")[1], "surprise")
            inside = folder / "smic-hs-short" / "HS" / short / "micro" / kind / name
            frames(inside, (5, 6, 7), "image{}.jpg")
    casme2 += [
        ("sub04", "EP12_01f", "disgust"),  # left out by name
        ("sub05", "EP09_05f", "happiness"),
        ("sub10", "EP01_01", "others"),  # left out by label
        ("sub12", "EP08_77", "fear"),
        ("sub13", "EP08_78", "sadness"),
    ]
    samm += [("006", f"006_9_{number}", "other") for number in range(1, 27)]
    for subject, name, _ in casme2:
        frames(folder / "casme2" / "CASME2-RAW" / subject / name, (1, 2, 3), "img{}.jpg")
    for subject, name, _ in samm:
        frames(folder / "samm" / "SAMM" / subject / name, (70, 71, 72), subject + "_{:05d}.jpg")
    rows = [casme2_row(int(who[3:]), name, 1, 2, 3, label) for who, name, label in casme2]
    xlsx(folder / "casme2" / "CASME2-coding-20190701.xlsx", {"a": (CASME2_HEADER, *rows)})
    spelled = {"negative": "Contempt", "positive": "Happiness"}
    facs_sheet(
        folder / "samm" / "SAMM_Micro_FACS_Codes_v2.xlsx",
        [
            facs_row(name, 70, 71, 72, spelled.get(label, label.capitalize()))
            for _, name, label in samm
        ],
    )
    return Roots(folder)


def test_sample_for_sample(mebench: CommandLine, roots: Roots, tmp_path: Path) -> None:
    material = load_run_data(
        load_protocol("megc2019-cde@1"), open_datasets(roots.dataset_locations)
    )
    assert (len(material.subjects), len(material.samples)) == (68, 442)
    ours = {
        (NAMES[one.dataset], one.subject.lstrip("sub0"), one.id, one.emotion)
        for one in material.samples
    }
    assert ours == {
        (data, who.lstrip("sub0"), name, label) for data, who, name, label in official_list()
    }
    assert {(one.dataset, one.repair) for one in material.truth.repairs} == {
        ("samm", "clip-numbers")
    }

    # The list's own spelling of subjects, `s01` and `6`, finds the folders' `s1` and `006`.
    truth, predictions = tmp_path / "truth.json", tmp_path / "predictions.csv"
    truth.write_text(to_json_text(material.truth.to_json()), encoding="utf-8")
    with predictions.open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [("dataset", "subject", "sample", "emotion"), *official_list()]
        )
    scored = mebench(
        *("score", predictions, "--truth", truth, "--protocol", "megc2019-cde@1"),
        *("--format", "json", "-o", "report.json"),
    )
    assert scored.status == 0, scored.said
    report: dict[str, Any] = json.loads((tmp_path / "report.json").read_text())
    assert report["metrics"]["uf1"]["value"] == report["metrics"]["uar"]["value"] == 1
    assert (report["units"]["subjects"], report["units"]["truths"]) == (68, 442)
    assert "counts-differ" not in json.dumps(report)
    # One label that is wrong is seen.
    predictions.write_text(predictions.read_text().replace("surprise", "negative", 1))
    mebench("score", predictions, "--truth", truth, "--protocol", "megc2019-cde@1", "-o", "r.txt")
    assert "1.0" not in (tmp_path / "r.txt").read_text().split("uf1")[-1][:12]


def test_a_baseline_on_three_copies(mebench: CommandLine, roots: Roots, tmp_path: Path) -> None:
    run = mebench(
        *("run-baseline", "random", "--protocol", "megc2019-cde@1", *roots.options),
        *("--jobs", "1", "-o", "run", "--store", "store"),
    )
    assert run.status == 0, run.said
    document = json.loads((tmp_path / "run" / "predictions.json").read_text())
    assert (len(document["folds"]), len(document["samples"])) == (68, 442)
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["folds"]["verified"]
    assert "counts-differ" not in json.dumps(report)
