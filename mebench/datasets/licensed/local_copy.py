"""A copy of a data set on disk: its folders, videos and spreadsheets; hints for a wrong root."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from mebench.datasets.frames.scan_directory import is_folder
from mebench.datasets.licensed.disk_layout import (
    DiskLayout,
    FoundVideo,
    entries,
    existing_bases,
    find_videos,
)
from mebench.datasets.spreadsheets.workbook_file import find_sheet
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.protocol import ProtocolDataset
from mebench.protocols.id_matching import canonical_id, subject_from_name
from mebench.protocols.loader import load_protocol

DEPTH = 4
"""So many levels above and below a root are looked at."""

MOST_FOLDERS = 5000
"""So many folders are opened in that search."""


def find_base(root: Path, layout: DiskLayout, sheets: Sequence[str]) -> Path:
    """Return the folder that holds the subjects.

    Parameters
    ----------
    root : Path
        What the user named.
    layout : DiskLayout
        How the data set lies on disk.
    sheets : sequence of str
        Names in circulation of its sheet, if it has one.

    Raises
    ------
    MebenchError
        ``root-misplaced``, which says where to point instead, or ``root-wrong``.
    """
    found = existing_bases(root, layout)
    if found:
        return found[0]
    better = suggest_root(root, layout, sheets)
    if better is not None:
        raise MebenchError.of(
            "root-misplaced",
            f"The data set does not lie in this folder, but in {better}.",
            f"Point to {better}.",
            Place(file=str(root)),
        )
    raise MebenchError.of(
        "root-wrong",
        f"The folder holds nothing like {layout.example}.",
        "Point to the folder that holds what the data set was delivered as; the data sets page of "
        "the documentation shows it.",
        Place(file=str(root)),
    )


def suggest_root(
    root: Path, layout: DiskLayout, sheets: Sequence[str], *, needs_sheet: bool = False
) -> Path | None:
    """Return the nearest folder, above or below, that is a root with frames and sheet.

    Parameters
    ----------
    root : Path
        What the user named.
    layout : DiskLayout
        How the data set lies on disk.
    sheets : sequence of str
        Names in circulation of its sheet, if it has one.
    needs_sheet : bool
        Without, frames alone will do, where there is nothing better.
    """
    second = None
    for folder, base in chain(_above(root, layout), _below(root, layout)):
        if not sheets or _has_sheet(sheet_folders(folder, base), sheets):
            return folder
        second = second or folder
    # Any folder may hold video files: they alone do not tell a data set.
    return None if needs_sheet or layout.files else second


def sheet_folders(root: Path, base: Path | None) -> list[Path]:
    """Return where sheets may lie: the root, the folder of the subjects, and what is between."""
    if base is None or root not in (way := [base, *base.parents]):
        return [root]
    return way[way.index(root) :: -1]


def _has_sheet(folders: Sequence[Path], sheets: Sequence[str]) -> bool:
    findings = Findings()
    find_sheet(folders, sheets, "", findings)
    return not findings.counts["sheet-missing"]  # two of them are found, too


def _above(root: Path, layout: DiskLayout) -> Iterator[tuple[Path, Path]]:
    """Yield the folders above, with their bases, for a root in the base or on the way there."""
    here = Path(os.path.normpath(root.absolute()))  # links stay: the user knows those names
    for parent in list(here.parents)[: DEPTH + 1]:
        for base in existing_bases(parent, layout):
            if here == base or base in here.parents or here in base.parents:
                yield parent, base


def _below(root: Path, layout: DiskLayout) -> Iterator[tuple[Path, Path]]:
    """Yield the folders below, with their bases, the nearest first."""
    level, opened = [root], 0
    for _ in range(DEPTH):
        deeper: list[Path] = []
        for folder in level:
            opened += 1
            if opened > MOST_FOLDERS:
                return
            deeper += [Path(one.path) for one in entries(folder) if is_folder(one)]
        for folder in deeper[:MOST_FOLDERS]:
            for base in existing_bases(folder, layout):
                yield folder, base
        level = deeper


NormalizedName = tuple[str, str]
"""Subject and video in the common spelling of the protocol's alias rules."""


@dataclass(slots=True)
class LocalCopy:
    """What is found on disk.

    Attributes
    ----------
    root : Path
        The folder that the user named.
    base : Path or None
        The folder that holds the subjects; None where there are sheets and no frames.
    rule : ProtocolDataset
        The alias rules.
    layout : DiskLayout
        How the data set lies on disk.
    videos : dict
        From a video's key to where it lies.
    sheets : list of Path
        The sheets that were read, the one of expressions first.
    """

    root: Path
    base: Path | None
    rule: ProtocolDataset
    layout: DiskLayout
    videos: dict[NormalizedName, FoundVideo] = field(default_factory=dict)
    sheets: list[Path] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """Whether its videos are clips, cut out of those that the sheet is about."""
        name = "" if self.base is None else self.base.absolute().name
        return name.casefold() in {one.casefold() for one in self.layout.clip_bases}

    def key(self, subject: str, video: str) -> NormalizedName:
        """Return the common spelling of a video's name."""
        return canonical_id(self.rule.subjects, subject), canonical_id(self.rule.videos, video)

    def find(self, subject: str, video: str) -> FoundVideo | None:
        """Return where a video lies; where files do not say whose they are, by its own name."""
        key = self.key(subject, video)
        return self.videos.get(key) or self.videos.get(("", key[1]))

    def find_sheet(self, patterns: Sequence[str], what: str, findings: Findings) -> Path | None:
        """Return a sheet by the names in circulation.

        It may lie in the root, in the folder of the subjects, or anywhere between them.
        """
        folders = sheet_folders(self.root, self.base)
        found = find_sheet(folders, patterns, what, findings)
        if found is not None:
            self.sheets.append(found)
        return found

    def required_sheet(self, patterns: Sequence[str], what: str, findings: Findings) -> Path:
        """Return a sheet that a copy cannot do without; arguments as in :meth:`find_sheet`.

        Raises
        ------
        MebenchError
            With all findings, if it is missing or there are two. Where it lies above the root,
            ``root-misplaced`` says where to point.
        """
        apart = Findings()
        found = self.find_sheet(patterns, what, apart)
        if found is not None:
            return found
        better = None
        if self.base is not None and apart.counts["sheet-missing"]:
            better = suggest_root(self.root, self.layout, patterns, needs_sheet=True)
        if better is None:
            for one in apart.kept:
                findings.add(one)
        else:
            findings.error(
                "root-misplaced",
                f"The folder has the frames, and {what} lies above it, in {better}.",
                f"Point to {better}.",
                Place(file=str(self.root)),
            )
        raise MebenchError(findings.kept, findings.omitted)


def alias_rules_of(protocol: str, dataset: str) -> ProtocolDataset:
    """Return the alias rules that a protocol has for a data set."""
    found = load_protocol(protocol).dataset(dataset)
    assert found is not None, f"{protocol} has no {dataset}"
    return found


def open_copy(
    root: Path,
    layout: DiskLayout,
    sheets: Sequence[str],
    rule: ProtocolDataset,
    findings: Findings,
    *,
    needs_frames: bool,
) -> LocalCopy:
    """Look through a folder.

    Parameters
    ----------
    root : Path
        What the user named.
    layout : DiskLayout
        How the data set lies on disk.
    sheets : sequence of str
        Names in circulation of its sheet, if it has one.
    rule : ProtocolDataset
        Its alias rules.
    findings : Findings
        Takes in what is wrong with the folders.
    needs_frames : bool
        Whether a root without frames is no copy at all, as where the folders hold the labels.

    Raises
    ------
    MebenchError
        ``root-misplaced`` or ``root-wrong``.
    """
    base = None
    if needs_frames or not _only_sheets(root, layout):
        base = find_base(root, layout, sheets)
    copy = LocalCopy(root, base, rule, layout)
    if base is None:
        findings.error(
            "frames-none",
            "The folder holds sheets, and no frames.",
            f"Frames lie as in {layout.example}. The sheets alone are enough to score with.",
            Place(file=str(root)),
        )
    others = existing_bases(root, layout)[1:] if base is not None else []
    if others:
        findings.note(
            "frames-elsewhere",
            f"Frames are read from {base}; {' and '.join(map(str, others))} hold some too, and "
            "are not read.",
            "Move what should be read there.",
            Place(file=str(root)),
        )
    for one in find_videos(base, layout, findings) if base is not None else ():
        key = copy.key(one.subject or subject_from_name(rule, one.video) or "", one.video)
        earlier = copy.videos.setdefault(key, one)
        if earlier is not one:
            findings.error(
                "frames-ambiguous",
                f"The video lies in {earlier.path} and in {one.path}.",
                "Remove one.",
                Place(file=str(base), subject=one.subject, video=one.video),
            )
    return copy


def _only_sheets(root: Path, layout: DiskLayout) -> bool:
    """Tell whether a folder holds sheets and no folder: one can score with that."""
    found = entries(root)
    has_sheet = any(Path(one.name).suffix.lower() in SHEET_SUFFIXES for one in found)
    return has_sheet and not any(map(is_folder, found)) and not existing_bases(root, layout)


SHEET_SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv")
