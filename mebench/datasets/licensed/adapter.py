"""The adapter that all licensed data sets share, and the copy that it opens.

The class of a data set states the folder layout of a copy and turns the rows of its spreadsheet
into annotations. Finding the files, repairing rows, counting from 0 and joining rows with frames
is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from mebench.datasets.contract import Adapter
from mebench.datasets.licensed.annotation_rows import Annotation, build_annotations
from mebench.datasets.licensed.build_truth import TruthBuilder
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy, open_copy
from mebench.datasets.licensed.repairs import (
    Repair,
    apply_repairs,
    folder_repairs,
    misfiled_videos,
)
from mebench.datasets.opened_dataset import OpenedDataset
from mebench.datasets.repair_config import disabled_repairs
from mebench.datasets.sheet_config import check_sheet_config
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.protocol import ProtocolDataset
from mebench.models.truth import RepairCount
from mebench.protocols.loader import load_protocol
from mebench.spreadsheets.table import read_sheet
from mebench.spreadsheets.table_row import TableRow

CHINESE_ACADEMY = "Ask the Institute of Psychology of the Chinese Academy of Sciences."
MANCHESTER = "Ask the authors at Manchester Metropolitan University."

FRAME_CODES = frozenset(
    {
        "folder-unexpected",
        "frame-before-first",
        "frame-outside-video",
        "frames-ambiguous",
        "frames-none",
        "frames-scattered",
        "frames-without-truth",
        "link-broken",
        "video-unreadable",
        "video-without-frames",
    }
)
"""Problems of frames that do not prevent opening a copy: scoring needs the annotations only.

``mebench datasets check`` reports them, and a run reports missing frames that it needs.
"""


class LicensedAdapter(Adapter):
    """A licensed data set: the layouts of a copy, its sheets, and the known errors in them.

    ``protocol`` has the alias rules for subjects and videos, and ``verified`` names the real files
    that the adapter was tested with. Of ``layouts``, the first that fits is read; the first of
    ``sheets`` has the annotations. Without ``fps``, the value of the sheet or of the video files is
    used. ``long_videos``: videos without expressions belong to the data set; ``has_samples``: each
    video, or each micro-expression of a long video, is also a sample for recognition;
    ``needs_frames``: the names of the frames' folders are the labels; ``unlabeled``: the videos of
    the release that no sheet names, by subject and video.
    """

    licence = "by agreement with its authors, for research alone"
    protocol: ClassVar[str | None] = None
    layouts: ClassVar[tuple[DiskLayout, ...]]
    fps: ClassVar[float | None]
    repairs: ClassVar[tuple[Repair, ...]] = ()
    long_videos: ClassVar[bool] = False
    has_samples: ClassVar[bool] = False
    needs_frames: ClassVar[bool] = False
    sheets: ClassVar[tuple[SheetSpec, ...]] = ()
    unlabeled: ClassVar[frozenset[tuple[str, str]]] = frozenset()
    verified: ClassVar[str] = "not verified against a real file"

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the annotations in the sheets, without repairs."""
        return copy.required_sheet(self.sheets[0], self.read, findings, self._repaired)

    def read(self, path: Path, findings: Findings) -> list[Annotation]:
        """Return the annotations in the main sheet."""
        table = read_sheet(path, self.sheets[0].columns, findings)
        return build_annotations(table, self.annotation)

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row of the main sheet; it reports invalid cells."""
        raise NotImplementedError

    def open(self, root: Path | None) -> OpenedDataset:
        """Open a copy; raise all problems of its folder and its annotations."""
        findings = Findings()
        dataset = self.survey(root, findings)
        ignored = frozenset[str]() if self.needs_frames else FRAME_CODES
        relevant = [finding for finding in findings.kept if finding.code not in ignored]
        if any(finding.severity == "error" for finding in relevant):
            omitted = {
                code: count for code, count in findings.omitted.items() if code not in ignored
            }
            raise MebenchError(relevant, omitted)
        dataset.remarks = tuple(finding for finding in relevant if finding.severity == "warning")
        return dataset

    def survey(self, root: Path | None, findings: Findings) -> OpenedDataset:
        """Open as much as possible; raise an error without a copy, or without its spreadsheet."""
        assert root is not None
        check_sheet_config(self.id, self.sheet_roles())
        disabled = disabled_repairs(self.id, [repair.id for repair in self.repairs])
        copy = self._open_copy(root, findings, disabled)
        rows, applied = apply_repairs(self.rows(copy, findings), self.repairs, disabled)
        _check_relation(copy, rows, findings)
        builder = TruthBuilder(
            copy,
            [row for row in rows if not row.is_left_out],
            findings,
            self.fps,
            self.long_videos and not copy.layout.is_clip_release,
            self.has_samples,
            {copy.key(*name) for name in self.unlabeled},
        )
        applied = [*folder_repairs(self.repairs, copy.misfiled), *applied]
        counts = [
            RepairCount(
                repair=one.repair.id, done=one.repair.done, rows=len(one.samples), off=one.off
            )
            for one in applied
        ]
        truth = builder.truth().model_copy(update={"repairs": counts})
        # Videos without frames are in the truth, too; their length is unknown.
        dataset = OpenedDataset(self.id, truth, list(builder.videos.values()))
        dataset.truth_files, dataset.applied_repairs = tuple(copy.sheets), tuple(applied)
        return dataset

    def sheet_roles(self) -> list[str]:
        """Return the roles of the sheets, the main one first."""
        return [sheet.role for sheet in self.sheets]

    def looks_right(self, folder: Path) -> bool:
        """Check whether the folders and the spreadsheet of a copy exist."""
        findings = Findings()
        copy = self._open_copy(folder, findings)
        if self.sheets:
            copy.required_sheet(self.sheets[0], lambda path, _: path, findings, lambda _: None)
        return True

    def _repaired(self, rows: list[Annotation]) -> list[Annotation]:
        """Return rows after the repairs: two versions of a sheet may differ in errors alone."""
        disabled = disabled_repairs(self.id, [repair.id for repair in self.repairs])
        return apply_repairs(rows, self.repairs, disabled)[0]

    def _open_copy(
        self, root: Path, findings: Findings, disabled: Collection[str] = ()
    ) -> LocalCopy:
        rule = ProtocolDataset(id=self.id)
        if self.protocol is not None:
            listed = load_protocol(self.protocol).dataset(self.id)
            assert listed is not None, f"{self.protocol} has no {self.id}"
            rule = listed
        misfiled = misfiled_videos(self.repairs, disabled)
        return open_copy(
            root, self.layouts, rule, misfiled, findings, needs_frames=self.needs_frames
        )


def _check_relation(copy: LocalCopy, rows: Sequence[Annotation], findings: Findings) -> None:
    """Report a sheet of which no row names a video in the copy: that of another data set."""
    if copy.videos and rows and not any(copy.find(row.subject, row.video) for row in rows):
        example = next(iter(copy.videos.values())).spelled
        message = (
            f"No row of the sheet names a video in the copy: the sheet has rows such as {rows[0]}"
        )
        remedy = "Use the sheet of this data set and release; --sheet FILE names it."
        place = Place(file=rows[0].place.file)
        findings.error(
            "sheet-unrelated", f"{message}, the copy videos such as {example}.", remedy, place
        )
