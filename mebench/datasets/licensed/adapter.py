"""The adapter that all licensed data sets share, and the copy that it opens.

The class of a data set states where its copy lies on disk and turns its spreadsheets into rows.
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
        The data set.
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
        applied: Sequence[AppliedRepair],
    ) -> None:
        self.id, self.root, self.truth_files = identifier, root, tuple(sheets)
        self._truth, self._videos, self.applied_repairs = truth, videos, tuple(applied)

    def truth(self) -> TruthManifest:
        """Return the truth; videos without frames are in it, of unknown length."""
        return self._truth

    def videos(self) -> Sequence[Video]:
        """Return the videos whose frames are there."""
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
"""What is wrong with frames does not keep a copy from being opened: one can score with the sheet.

``mebench datasets check`` reports it, and a run asks for the frames that it needs.
"""


class LicensedAdapter(Adapter):
    """A data set of the field.

    Attributes
    ----------
    protocol : str
        Whose alias rules spell its subjects and videos.
    layout : DiskLayout
        How a copy lies on disk.
    fps : float or None
        Frames a second; None takes what video files say.
    repairs : tuple of Repair
        What is wrong with its annotations, in the order in which it is mended.
    long_videos : bool
        Whether a video without expressions belongs to the data set.
    has_samples : bool
        Whether each video is a sample of recognition protocols too.
    needs_frames : bool
        Whether a folder without frames is no copy at all, since the labels are in their names.
    sheets : tuple of str
        Names in circulation of its sheet of expressions.
    verified : str
        Against which real files reading was tried.
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
        """Return the rows of the sheets, as they stand there.

        Parameters
        ----------
        copy : LocalCopy
            What is on disk.
        findings : Findings
            Takes in what cannot be understood.
        """

    def open(self, root: Path | None) -> LicensedDataset:
        """Open a copy.

        Raises
        ------
        MebenchError
            With everything that is wrong with its folder and its annotations.
        """
        findings, wrong = Findings(), Findings()
        dataset = self.survey(root, findings)
        wrong.extend_from(
            MebenchError(
                [one for one in findings.kept if one.code not in FRAME_CODES],
                {code: more for code, more in findings.omitted.items() if code not in FRAME_CODES},
            )
        )
        wrong.raise_errors()
        dataset.remarks = tuple(one for one in wrong.kept if one.severity == "warning")
        return dataset

    def survey(self, root: Path | None, findings: Findings) -> LicensedDataset:
        """Open what there is of a copy.

        Parameters
        ----------
        root : Path
            Its folder.
        findings : Findings
            Takes in what is wrong.

        Raises
        ------
        MebenchError
            If there is nothing to go by: the folder is another, or its sheet is missing.
        """
        assert root is not None
        rule = alias_rules_of(self.protocol, self.id)
        copy = open_copy(
            root, self.layout, self.sheets, rule, findings, needs_frames=self.needs_frames
        )
        off = disabled_repairs(self.id, [one.id for one in self.repairs])
        rows, applied = apply_repairs(self.rows(copy, findings), self.repairs, off)
        assembly = TruthBuilder(self.traits(), copy, rows, findings)
        truth = assembly.truth()
        truth = truth.model_copy(update={"repairs": [_repair_count(one) for one in applied]})
        videos = list(assembly.videos.values())
        return LicensedDataset(self.id, root, copy.sheets, truth, videos, applied)

    def looks_right(self, folder: Path) -> bool:
        """Check whether the folders and the spreadsheet of a copy are present."""
        rule, findings = alias_rules_of(self.protocol, self.id), Findings()
        copy = open_copy(
            folder, self.layout, self.sheets, rule, findings, needs_frames=self.needs_frames
        )
        if self.sheets:
            copy.required_sheet(self.sheets, "the annotations", Findings())
        return True

    @classmethod
    def traits(cls) -> DatasetTraits:
        """Return what the data set says of all its videos."""
        return DatasetTraits(cls.id, cls.fps, cls.long_videos, cls.has_samples, cls.layout.example)


def _repair_count(applied: AppliedRepair) -> RepairCount:
    return RepairCount(
        repair=applied.repair.id,
        done=applied.repair.done,
        rows=len(applied.samples),
        off=applied.off,
    )
