"""DFME: micro-expressions in clips of 500, 300 or 200 frames per second; three splits.

Each split has its own sheet, which counts frames from 0 and states the frame rate of each clip. The
splits have no subject in common. The truth states the split of each clip.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_base import first_numbers
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.datasets.opened_dataset import OpenedDataset
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TruthManifest
from mebench.spreadsheets.table import ColumnSpec
from mebench.spreadsheets.table_row import TableRow
from mebench.util.text import pluralize

COLUMNS = (
    *annotation_rows.INTERVAL,
    annotation_rows.EMOTION,
    ColumnSpec("fps", ("FrameRate", "FramesPerSecond")),
)

SPLITS = {
    "training": Extent(176, 1856, 1856),
    "test-a": Extent(42, 474, 474),
    "test-b": Extent(41, 299, 299),
}


def _sheet(split: str, *names: str) -> SheetSpec:
    return SheetSpec(split, f"the split {split} of DFME", names, COLUMNS)


def _total(splits: list[Extent]) -> Extent:
    subjects = sum(split.subjects or 0 for split in splits)
    clips = sum(split.expressions or 0 for split in splits)
    return Extent(subjects, clips, clips)


class Dfme(LicensedAdapter):
    """DFME (Zhao et al. 2023)."""

    id = "dfme"
    title = "DFME"
    obtain = "Ask the authors at the University of Science and Technology of China."
    extent = _total(list(SPLITS.values()))
    fps = None
    has_samples = True
    verified = "the sheets of training and test A verified against real files, the folders not"
    sheets = (
        _sheet("training", "training_full*", "train_full*", "DFME*train*"),
        _sheet("test-a", "testA_full*", "test_A_full*", "DFME*testA*"),
        _sheet("test-b", "testB_full*", "test_B_full*", "DFME*testB*"),
    )
    layouts = (
        DiskLayout(
            subject=r"sub[0-9]+",
            video=r"sub[0-9]+_[0-9]+",
            is_divided=True,
            example="DFME/sub0003/sub0003_01/0.jpg",
        ),
        DiskLayout(
            subject=None,
            video=r"sub[0-9]+_[0-9]+",
            is_divided=True,
            example="DFME/sub0003_01/0.jpg",
        ),
    )
    repairs = (outside_apex_repair("none in training and test A"),)

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of all sheets that are there; ignore frames of a split without sheet."""
        origin = 1 if min(first_numbers(copy.videos.values()), default=0) == 1 else 0
        rows: list[Annotation] = []
        for sheet in self.sheets:
            split = copy.read_sheet(sheet, self.read, findings, self._repaired) or []
            rows += [replace(row, split=sheet.role, file_origin=origin) for row in split]
        if not copy.sheets:
            names = tuple(name for sheet in self.sheets for name in sheet.names)
            any_split = replace(self.sheets[0], title="a split of DFME", names=names)
            copy.finder.report_missing(any_split, findings)
            raise MebenchError(findings.kept, findings.omitted)
        if len(copy.sheets) < len(self.sheets):
            named = {copy.key(row.subject, "") for row in rows}
            for key, clip in list(copy.videos.items()):
                if copy.key(clip.video.partition("_")[0], "") not in named:
                    del copy.videos[key]
        return rows

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row, with the frame rate of its clip."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject")
        emotion = annotation_rows.emotion_label(row)
        fps = row.count("fps")
        if not fps or fps < 0:
            row.refuse("fps", "is not a frame rate", "Write frames per second, such as 500.")
        made = annotation_rows.build_annotation(row, subject, video, emotion=emotion)
        return replace(made, counted_from=0, fps=float(fps or 0))

    def survey(self, root: Path | None, findings: Findings) -> OpenedDataset:
        """Open a copy; note its splits, whose sizes are those that it is compared with."""
        dataset = super().survey(root, findings)
        truth = dataset.truth()
        findings.note("sheet-splits", _splits_as_text(truth), "", Place(file=str(root)))
        found = {video.split for video in truth.videos}
        dataset.extent = _total([size for split, size in SPLITS.items() if split in found])
        return dataset

    def looks_right(self, folder: Path) -> bool:
        """Check whether the folders and the sheet of a split exist."""
        findings = Findings()
        finder = self._open_copy(folder, findings).finder
        if not any(finder.find(sheet, lambda path: path, findings) for sheet in self.sheets):
            finder.report_missing(self.sheets[0], findings)
            raise MebenchError(findings.kept, findings.omitted)
        return True


def _splits_as_text(truth: TruthManifest) -> str:
    """Return the number of clips and subjects of each split."""
    clips = Counter(video.split for video in truth.videos)
    subjects = Counter(split for split, _ in {(one.split, one.subject) for one in truth.videos})
    sizes = (
        f"{split} {pluralize(clips[split], 'clip')} of {pluralize(subjects[split], 'subject')}"
        if clips[split]
        else f"{split} without sheet, so its frames are ignored"
        for split in SPLITS
    )
    return f"Splits: {'; '.join(sizes)}."
