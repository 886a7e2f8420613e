"""The adapter that all licensed data sets share: from a folder to truth and videos.

A data set's own class says where its copy lies on disk, and turns its sheets into rows; finding,
mending, counting from 0 and laying rows beside frames is done for all of them alike.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from mebench.datasets.contract import Adapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.assembling import DatasetTraits, TruthBuilder
from mebench.datasets.licensed.copies import LocalCopy, alias_rules_of, open_copy
from mebench.datasets.licensed.dataset import LicensedDataset
from mebench.datasets.licensed.layout import DiskLayout
from mebench.datasets.licensed.repairs import Repair, apply_repairs
from mebench.datasets.licensed.switches import disabled_repairs
from mebench.diagnostics import Findings, MebenchError

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
        truth = truth.model_copy(update={"repairs": [one.as_count() for one in applied]})
        videos = list(assembly.videos.values())
        return LicensedDataset(self.id, root, copy.sheets, truth, videos, applied)

    @classmethod
    def traits(cls) -> DatasetTraits:
        """Return what the data set says of all its videos."""
        return DatasetTraits(cls.id, cls.fps, cls.long_videos, cls.has_samples, cls.layout.example)
