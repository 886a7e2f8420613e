"""The sheets of the releases, if they are available: their counts and repairs."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from mebench.datasets.contract import Dataset
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.casme3 import Casme3
from mebench.datasets.licensed.casme_sq import SUBJECTS, CasmeSq, FolderNames, read_folder_names
from mebench.datasets.licensed.samm import Samm
from mebench.datasets.licensed.sammlv import Sammlv
from mebench.datasets.spreadsheets.workbook_file import read_workbook
from mebench.diagnostics import Findings
from mebench.models.truth import TruthInterval, TruthVideo
from mebench.util.atomic_write import to_json_text
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.shared import CASME_SQ, LIST, MOCK, SAMMLV, needs, official_list
from tests.datasets.licensed.short_clips import facs_row, facs_sheet


def opened(adapter: type[LicensedAdapter], root: Path, *sheets: Path) -> Dataset:
    """Open a folder of sheets alone."""
    for sheet in sheets:
        (root / sheet.name).symlink_to(sheet)
    return adapter().open(root)


def of_kind(dataset: Dataset, kind: str) -> tuple[list[tuple[TruthVideo, TruthInterval]], int, int]:
    """Return the expressions of a kind, and the numbers of subjects and videos that have some."""
    found = [
        (video, one)
        for video in dataset.truth().videos
        for one in video.intervals or ()
        if one["kind"] == kind
    ]
    subjects = {video.subject for video, _ in found}
    return found, len(subjects), len({(video.subject, video.video) for video, _ in found})


def emotions(found: Iterable[tuple[TruthVideo, TruthInterval]]) -> Counter[str | None]:
    """Count emotions."""
    return Counter(one.get("emotion") for _, one in found)


def repaired_samples(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Return what each repair was for."""
    return {one.repair.id: one.samples for one in dataset.applied_repairs}


def counts_agree(mebench: CommandLine, dataset: Dataset, protocol: str) -> bool:
    """Tell whether the truth has the counts that a protocol that ships expects."""
    path = mebench.folder / "truth.json"
    path.write_text(to_json_text(dataset.truth().to_json()), encoding="utf-8")
    run = mebench("validate", path, "--as", "truth", "--protocol", protocol)
    assert (run.status, run.codes()) == (0, set()), run.said
    return "counts-differ" not in run.said


@needs(CASME_SQ)
def test_cas_me_2(mebench: CommandLine, tmp_path: Path) -> None:
    dataset = opened(CasmeSq, tmp_path, CASME_SQ)
    micros, *sizes = of_kind(dataset, "micro")
    assert (len(micros), *sizes) == (57, 14, 33)
    assert emotions(micros) == {"negative": 21, "positive": 8, "surprise": 9, "others": 19}
    macros = of_kind(dataset, "macro")[0]
    assert len(macros) == 300
    assert len({one.subject for one in dataset.truth().videos}) == 22
    repairs = repaired_samples(dataset)
    assert set(repairs) == {"offset-unknown", "apex-outside"}
    assert len(repairs["offset-unknown"]) == 44
    assert set(repairs["apex-outside"]) == {
        f"s{SUBJECTS[subject - 1]}/{name}"
        for subject, name in (
            (11, "disgust1_5"),
            (14, "happy2_1"),
            (15, "anger1_12"),
            (17, "anger1_1"),
        )
    }
    assert sum("apex" not in one for _, one in [*micros, *macros]) == 4
    assert counts_agree(mebench, dataset, "casme-sq-str@1")
    assert counts_agree(mebench, dataset, "megc2020-spot-casme-sq@1")


@needs(CASME_SQ)
def test_the_names_of_cas_me_2_are_those_of_its_further_tabs() -> None:
    workbook = read_workbook(CASME_SQ, Findings())
    assert read_folder_names(workbook) == FolderNames()


@needs(SAMMLV)
def test_samm_long_videos(mebench: CommandLine, tmp_path: Path) -> None:
    dataset = opened(Sammlv, tmp_path, SAMMLV)
    micros, *sizes = of_kind(dataset, "micro")
    assert (len(micros), *sizes) == (159, 29, 79)
    macros = of_kind(dataset, "macro")[0]
    assert len(macros) == 343
    videos = dataset.truth().videos
    assert (len(videos), len({one.subject for one in videos})) == (147, 30)
    repairs = repaired_samples(dataset)
    assert {name: len(samples) for name, samples in repairs.items()} == {
        "fractions": 171,
        "apex-fraction": 132,
        "onset-unknown": 10,
        "apex-unknown": 6,
    }
    assert {"028/028_4_1", "032/032_3_1"} <= set(repairs["apex-unknown"])
    assert sum("apex" not in one for _, one in micros) == 2
    # 566.4, 647.6 and 743.2 in the sheet, which counts from 1.
    assert videos[0].intervals is not None
    first = next(one for one in videos[0].intervals if one["onset"] == 565)
    assert (first.get("apex"), first["offset"], first["kind"]) == (647, 742, "macro")
    assert sum(one["onset"] == 0 for _, one in macros) >= 10
    assert counts_agree(mebench, dataset, "megc2020-spot-sammlv@1")


@needs(SAMMLV, LIST)
def test_emotions_of_samm_long_videos(mebench: CommandLine, tmp_path: Path) -> None:
    """A FACS sheet of the right content: the composite's classes, and `Other` for what it lacks."""
    known = {name: label for data, _, name, label in official_list() if data == "samm"}
    spelled = {"negative": "Anger", "positive": "Happiness", "surprise": "Surprise"}
    tab = openpyxl.load_workbook(io.BytesIO(SAMMLV.read_bytes()), read_only=True).worksheets[0]
    names = [
        str(row[1])
        for row in tab.iter_rows(min_row=11, values_only=True)
        if str(row[7]).startswith("Micro")
    ]
    assert len(set(names)) == 159
    assert set(known) < set(names)
    facs_sheet(
        tmp_path / "SAMM_Micro_FACS_Codes_v2.xlsx",
        [facs_row(one, 1, 2, 3, spelled.get(known.get(one, ""), "Other")) for one in names],
    )
    dataset = opened(Sammlv, tmp_path, SAMMLV)
    assert emotions(of_kind(dataset, "micro")[0]) == {
        "Anger": 92,
        "Happiness": 26,
        "Surprise": 15,
        "Other": 26,
    }
    assert set(emotions(of_kind(dataset, "macro")[0])) == {None}
    assert counts_agree(mebench, dataset, "sammlv-str@1")


@needs(MOCK)
@pytest.mark.parametrize(
    ("adapter", "sheets", "micros"),
    [
        (Sammlv, ["SAMM_LongVideos_V3_Release.xlsx", "SAMM_Micro_FACS_Codes_v2.xlsx"], 10),
        (Samm, ["SAMM_Micro_FACS_Codes_v2.xlsx"], 10),
        (Casme3, ["casme3_label.xlsx"], 20),
    ],
)
def test_sheets_with_invented_labels(
    tmp_path: Path, adapter: type[LicensedAdapter], sheets: list[str], micros: int
) -> None:
    dataset = opened(adapter, tmp_path, *(MOCK / name for name in sheets))
    found = of_kind(dataset, "micro")[0]
    assert len(found) == micros
    assert None not in emotions(found)
    assert {one["onset"] for _, one in found} == {0}
    assert repaired_samples(dataset) == {}
