"""The adapter that all licensed data sets share, and the copy that it opens.

The class of a data set states the folder layout of a copy and turns its spreadsheets into rows.
Finding the files, repairing rows, counting from 0 and joining rows with frames is the same for
all of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from mebench.datasets.contract import Adapter, AppliedRepair, Dataset, Video
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.build_truth import DatasetTraits, TruthBuilder
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.local_copy import LocalCopy, alias_rules_of, open_copy
from mebench.datasets.licensed.repairs import Repair, apply_repairs
from mebench.datasets.repair_config import disabled_repairs
from mebench.diagnostics import Findings, MebenchError
from mebench.models.truth import RepairCount, TruthManifest


class LicensedDataset(Dataset):
    """An opened copy.

    Attributes
    ----------
    id : str
        Id of the data set.
    root : Path
        Its folder.
    """

    def __init__(
        self,
        identifier: str,
        root: Path,
        sheets: Sequence[Path],
        truth: TruthManifest,
        videos: Sequence[Video],
        applied_repairs: Sequence[AppliedRepair],
    ) -> None:
        self.id, self.root, self.truth_files = identifier, root, tuple(sheets)
        self.applied_repairs = tuple(applied_repairs)
        self._truth, self._videos = truth, videos

    def truth(self) -> TruthManifest:
        """Return the truth, including videos without frames, whose length is unknown."""
        return self._truth

    def videos(self) -> Sequence[Video]:
        """Return the videos whose frames were found."""
        return self._videos


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
    """A licensed data set.

    Attributes
    ----------
    protocol : str
        The protocol whose alias rules are used for subjects and videos.
    layout : DiskLayout
        The folder layout of a copy.
    fps : float or None
        Frames per second; None to use the value in the video files.
    repairs : tuple of Repair
        Known errors in its annotations, in the order of their repair.
    long_videos : bool
        Whether videos without expressions belong to the data set.
    has_samples : bool
        Whether each video is also a sample for recognition.
    needs_frames : bool
        Whether a copy cannot do without frames, since the names of their folders are the labels.
    sheets : tuple of str
        Known file names of its spreadsheet of expressions.
    verified : str
        The real files that the adapter was tested with.
    """

    protocol: ClassVar[str]
    layout: ClassVar[DiskLayout]
    fps: ClassVar[float | None]
    repairs: ClassVar[tuple[Repair, ...]] = ()
    long_videos: ClassVar[bool] = False
    has_samples: ClassVar[bool] = False
    needs_frames: ClassVar[bool] = False
    sheets: ClassVar[tuple[str, ...]] = ()
    verified: ClassVar[str] = "not verified against a real file"

    @abstractmethod
    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the spreadsheets, without repairs.

        Parameters
        ----------
        copy : LocalCopy
            The copy on disk.
        findings : Findings
            Collects the problems of cells.
        """

    def open(self, root: Path | None) -> LicensedDataset:
        """Open a copy.

        Raises
        ------
        MebenchError
            With all problems of its folder and its annotations.
        """
        findings, relevant = Findings(), Findings()
        dataset = self.survey(root, findings)
        relevant.extend_from(
            MebenchError(
                [finding for finding in findings.kept if finding.code not in FRAME_CODES],
                {code: more for code, more in findings.omitted.items() if code not in FRAME_CODES},
            )
        )
        relevant.raise_errors()
        dataset.remarks = tuple(
            finding for finding in relevant.kept if finding.severity == "warning"
        )
        return dataset

    def survey(self, root: Path | None, findings: Findings) -> LicensedDataset:
        """Open as much as possible of a copy.

        Parameters
        ----------
        root : Path
            Its folder.
        findings : Findings
            Collects the problems.

        Raises
        ------
        MebenchError
            If the folder is not a copy, or its spreadsheet is missing.
        """
        assert root is not None
        copy = self._find_copy(root, findings)
        disabled = disabled_repairs(self.id, [repair.id for repair in self.repairs])
        rows, applied = apply_repairs(self.rows(copy, findings), self.repairs, disabled)
        traits = DatasetTraits(
            self.id, self.fps, self.long_videos, self.has_samples, self.layout.example
        )
        builder = TruthBuilder(traits, copy, rows, findings)
        counts = [_repair_count(repair) for repair in applied]
        truth = builder.truth().model_copy(update={"repairs": counts})
        videos = list(builder.videos.values())
        return LicensedDataset(self.id, root, copy.sheets, truth, videos, applied)

    def looks_right(self, folder: Path) -> bool:
        """Check whether the folders and the spreadsheet of a copy exist."""
        copy = self._find_copy(folder, Findings())
        if self.sheets:
            copy.required_sheet(self.sheets, "the annotations", Findings())
        return True

    def _find_copy(self, root: Path, findings: Findings) -> LocalCopy:
        rule = alias_rules_of(self.protocol, self.id)
        return open_copy(
            root, self.layout, self.sheets, rule, findings, needs_frames=self.needs_frames
        )


def _repair_count(applied: AppliedRepair) -> RepairCount:
    return RepairCount(
        repair=applied.repair.id,
        done=applied.repair.done,
        rows=len(applied.samples),
        off=applied.off,
    )
