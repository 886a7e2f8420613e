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
from mebench.datasets.licensed.casme2 import Casme2
from mebench.datasets.licensed.casme3 import Casme3
from mebench.datasets.licensed.casme_sq import SUBJECTS, CasmeSq, FolderNames, read_folder_names
from mebench.datasets.licensed.samm import Samm
from mebench.datasets.licensed.sammlv import Sammlv
from mebench.datasets.licensed.smic import SmicHs, SmicNir, SmicVis
from mebench.diagnostics import Findings, MebenchError
from mebench.models.truth import TruthInterval, TruthVideo
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.util.atomic_write import to_json_text
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.shared import (
    CASME2,
    CASME3,
    CASME3_COMBINED,
    CASME_SQ,
    LIST,
    MOCK,
    SAMM,
    SAMMLV,
    SMIC,
    needs,
    official_list,
)
from tests.datasets.licensed.short_clips import facs_row, facs_sheet


def opened(adapter: type[LicensedAdapter], root: Path, *sheets: Path) -> Dataset:
    """Open a folder of sheets alone, deep enough that no other test's folder is beside it."""
    folder = root / "data" / "copy"
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in sheets:
        (folder / sheet.name).symlink_to(sheet)
    return adapter().open(folder)


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
        tmp_path / "data" / "copy" / "SAMM_Micro_FACS_Codes_v2.xlsx",
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


@needs(CASME2)
def test_casme_2(mebench: CommandLine, tmp_path: Path) -> None:
    dataset = opened(Casme2, tmp_path, CASME2)
    found, *sizes = of_kind(dataset, "micro")
    assert (len(found), *sizes) == (255, 26, 255)
    labels = emotions(found)
    assert labels == {
        "others": 99,
        "disgust": 63,
        "happiness": 32,
        "repression": 27,
        "surprise": 25,
        "sadness": 7,
        "fear": 2,
    }
    assert sum(labels[name] for name in ("others", "disgust", "happiness", "repression")) == 221
    assert 221 + labels["surprise"] == 246
    assert repaired_samples(dataset) == {"apex-marked": ("sub04/EP12_01f",)}
    assert counts_agree(mebench, dataset, "casme2-str@1")


@needs(CASME2, LIST)
def test_casme_2_in_the_composite(tmp_path: Path) -> None:
    """Its 145 samples, with the labels of the official list."""
    dataset = opened(Casme2, tmp_path, CASME2)
    classes = {"disgust": "negative", "repression": "negative", "happiness": "positive"}
    known = {
        (video.subject, video.video): classes.get(str(one.get("emotion")), one.get("emotion"))
        for video, one in of_kind(dataset, "micro")[0]
    }
    listed = [one for one in official_list() if one[0] == "casme2"]
    assert len(listed) == 145
    assert [known[subject, name] for _, subject, name, _ in listed] == [one[3] for one in listed]


@needs(CASME2)
def test_the_sheet_of_2019_beside_that_of_2014(tmp_path: Path) -> None:
    """It differs in three labels, which are those of 2014 after the repair: one sheet is read."""
    workbook = openpyxl.load_workbook(CASME2)
    for row in workbook.worksheets[0].iter_rows(min_row=2):
        if row[0].value == "24" and row[1].value in {"EP07_01", "EP07_04f", "EP10_03"}:
            assert row[8].value == "sadness"
            row[8].value = "surprise"
    (tmp_path / "data" / "copy").mkdir(parents=True)
    workbook.save(tmp_path / "data" / "copy" / "CASME2-coding-20190701.xlsx")
    alone = opened(Casme2, tmp_path)
    assert len(repaired_samples(alone)["labels-of-2019"]) == 3
    both = opened(Casme2, tmp_path, CASME2)
    assert both.truth().videos == alone.truth().videos
    assert emotions(of_kind(both, "micro")[0])["surprise"] == 25


@needs(SMIC)
@pytest.mark.parametrize(
    ("adapter", "videos", "subjects", "further", "classes"),
    [
        (SmicHs, 157, 16, {2: 8, 3: 1}, (66, 51, 40)),
        (SmicVis, 71, 8, {2: 5}, (24, 28, 19)),
    ],
)
def test_both_cameras_of_smic_from_one_workbook(
    mebench: CommandLine,
    tmp_path: Path,
    adapter: type[LicensedAdapter],
    videos: int,
    subjects: int,
    further: dict[int, int],
    classes: tuple[int, int, int],
) -> None:
    dataset = opened(adapter, tmp_path, SMIC)
    found, *sizes = of_kind(dataset, "micro")
    assert sizes == [subjects, videos]
    orders = Counter(one.get("order", 1) for _, one in found)
    assert orders == {1: videos, **further}
    first = emotions([pair for pair in found if pair[1].get("order", 1) == 1])
    assert (first["negative"], first["positive"], first["surprise"]) == classes
    assert counts_agree(mebench, dataset, f"{adapter.id}-str@1")


@needs(SMIC)
def test_the_repairs_of_smic(tmp_path: Path) -> None:
    dataset = opened(SmicHs, tmp_path, SMIC)
    repairs = repaired_samples(dataset)
    assert repairs["first-file"] == ("s01/s1_ne_03",)
    assert len(repairs["further-unusable"]) == 6
    [video] = [one for one in dataset.truth().videos if one.video == "s1_ne_03"]
    assert [one["onset"] for one in video.intervals or ()] == [536]
    # The second expression of the sheet is earlier than the first.
    [video] = [one for one in dataset.truth().videos if one.video == "s18_sur_03"]
    assert [(one["onset"], one.get("order", 1)) for one in video.intervals or ()] == [
        (108, 2),
        (468, 1),
    ]
    assert SmicNir().sheets[0].columns != SmicVis().sheets[0].columns
    with pytest.raises(MebenchError, match="sheet-tab-missing"):
        opened(SmicNir, tmp_path)


@needs(SAMM)
def test_samm(tmp_path: Path) -> None:
    dataset = opened(Samm, tmp_path, SAMM)
    found, *sizes = of_kind(dataset, "micro")
    assert (len(found), *sizes) == (159, 29, 159)
    assert emotions(found) == {
        "Anger": 57,
        "Other": 26,
        "Happiness": 26,
        "Surprise": 15,
        "Contempt": 12,
        "Disgust": 9,
        "Fear": 8,
        "Sadness": 6,
    }
    assert repaired_samples(dataset) == {"apex-outside": ("028/028_4_1", "032/032_3_1")}


@needs(SAMM, SAMMLV)
def test_samm_long_videos_with_the_real_emotions(mebench: CommandLine, tmp_path: Path) -> None:
    dataset = opened(Sammlv, tmp_path, SAMMLV, SAMM)
    assert emotions(of_kind(dataset, "micro")[0])["Anger"] == 57
    assert counts_agree(mebench, dataset, "sammlv-str@1")


@needs(CASME3, CASME3_COMBINED)
def test_cas_me_3(mebench: CommandLine, tmp_path: Path) -> None:
    """The authors' own sheets open: 860 of 860, and the macro-expressions and eye blinks."""
    dataset = opened(Casme3, tmp_path, CASME3, CASME3_COMBINED)
    micros, *sizes = of_kind(dataset, "micro")
    assert (len(micros), *sizes) == (860, 94, 463)
    labels = emotions(micros)
    negative = sum(labels[name] for name in ("disgust", "fear", "anger", "sad"))
    others = labels["others"] + labels["Others"]
    assert (negative, labels["happy"], labels["surprise"], others) == (457, 55, 187, 161)
    macros = of_kind(dataset, "macro")[0]
    assert len(macros) == 3346
    videos = [video for video in dataset.truth().videos if video.intervals]
    assert (len(videos), len({video.subject for video in videos})) == (956, 98)
    assert counts_agree(mebench, dataset, "casme3-str@1")
    repairs = repaired_samples(dataset)
    assert {name: len(samples) for name, samples in repairs.items()} == {
        "official-corrections": 5,
        "onset-unknown": 1,
    }
    events = [event for video in dataset.truth().videos for event in video.events]
    assert {event["label"] for event in events} == {"eye blink"}
    assert len(events) < 841  # some are in videos without an expression, known only with frames


@needs(CASME3, CASME3_COMBINED)
def test_the_sheet_of_micro_expressions_equals_the_combined_one(tmp_path: Path) -> None:
    """After the corrections, all frames agree."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = of_kind(opened(Casme3, tmp_path / "one", CASME3), "micro")[0]
    two = of_kind(opened(Casme3, tmp_path / "two", CASME3_COMBINED), "micro")[0]
    frames = [
        sorted(
            (video.subject, video.video, found["onset"], found.get("apex"), found["offset"])
            for video, found in side
        )
        for side in (one, two)
    ]
    assert frames[0] == frames[1]
    assert len(frames[0]) == 860
