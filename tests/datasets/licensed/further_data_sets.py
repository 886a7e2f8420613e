"""Miniatures of data sets without a protocol that ships: CASME, CAS(ME)³ part C, DFME, MMEW, 4DME.

Of their folders nothing is known but the ids of the sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.datasets.licensed.making import Rows, frames, xls, xlsx
from tests.datasets.licensed.miniatures import Clip, Miniature, micro

PROTOCOL = """\
id = "mini-{id}@1"
title = "{id}"
task = "{task}"
{targets}classes = [{classes}]

[[datasets]]
id = "{id}"

[expected]
subjects = {counts[0]}
videos = {counts[1]}
samples = {counts[2]}
"""


@dataclass(frozen=True)
class WithOwnProtocol(Miniature):
    """A small copy whose protocol is written by its user."""

    is_long: bool = False

    def protocol(self, folder: Path) -> Path:
        """Write a protocol of the classes in the copy, for the samples or for spotting as well."""
        classes = {str(one.emotion) for clip in self.clips for one in clip.expressions}
        text = PROTOCOL.format(
            id=self.id,
            task="spot-then-recognize" if self.is_long else "recognize",
            targets='targets = ["micro"]\nvideo_scope = "with-target"\n' if self.is_long else "",
            classes=", ".join(f'"{one}"' for one in sorted(classes)),
            counts=self.scored,
        )
        path = folder / f"{self.id}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


DFME_HEADER = (
    *("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "EmotionId"),
    *("Fps", "AU"),
)


def dfme_row(name: str, onset: Any, apex: Any, offset: Any, emotion: str, fps: Any) -> Any:
    """Return a row of a split of DFME."""
    return (name.partition("_")[0], name, onset, apex, offset, emotion, 0, fps, "L12")


DFME_TRAINING = (
    dfme_row("sub0003_01", 0, 4, 11, "anger", 500),
    dfme_row("sub0003_02", 3, 5, 8, "surprise", 500),
    dfme_row("sub0200_13", 1, 5, 9, "surprise", 200),
)
DFME_TEST_A = (dfme_row("sub0008_01", 0, 2, 10, "anger", 300),)


def dfme(
    root: Path, pictures: Sequence[Path] = (), first: int = 0, folder: str = "{subject}"
) -> WithOwnProtocol:
    """Make DFME: two of three splits, each with its own sheet, and frame rates per clip."""
    base, length = root / "DFME", max(12, len(pictures))
    splits = {"training": DFME_TRAINING, "testA": DFME_TEST_A}
    for split, rows in splits.items():
        xlsx(base / f"{split}_full_with_AU.xlsx", {"Sheet1": (DFME_HEADER, *rows)})
        for subject, name, *_ in rows:
            where = base / folder.format(split=split, subject=subject) / name
            frames(where, range(first, first + length), "{:04d}.jpg", pictures)
    return WithOwnProtocol(
        "dfme",
        root,
        base,
        base / "training_full_with_AU.xlsx",
        "",
        (3, 4, 4),
        (
            Clip("sub0003", "sub0003_01", length, (micro(0, 4, 11, "anger"),)),
            Clip("sub0003", "sub0003_02", length, (micro(3, 5, 8, "surprise"),)),
            Clip("sub0008", "sub0008_01", length, (micro(0, 2, 10, "anger"),)),
            Clip("sub0200", "sub0200_13", length, (micro(1, 5, 9, "surprise"),)),
        ),
        notes=frozenset({"sheet-splits"}),
    )


MMEW_HEADER = (
    *("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Action Units"),
    *("Estimated Emotion", "remarks"),
)


def mmew(root: Path, pictures: Sequence[Path] = ()) -> WithOwnProtocol:
    """Make MMEW: clips in folders of emotions, beside macro-expressions of the same shape."""
    base, length = root / "Micro_Expression", max(12, len(pictures))
    for name in ("happiness/S01-07-001", "others/S01-08-002", "happiness/S12-01-001"):
        frames(base / name, range(1, length + 1), "{}.jpg", pictures)
    frames(root / "Macro_Expression" / "anger" / "S01-07-001", range(1, 4), "{}.jpg", pictures)
    rows: Rows = (
        MMEW_HEADER,
        (1, "S01-07-001", 2, 5, 9, "12", "happiness", None),
        ("S01", "S01-08-002", 1, 30, 12, "4", "others", "AU of one side"),  # the apex is outside
        ("12", "S12-01-001", 3, None, 8, "6+12", "happiness", None),
    )
    return WithOwnProtocol(
        "mmew",
        root,
        base,
        xlsx(root / "MMEW_Micro_Exp.xlsx", {"Sheet1": rows}),
        "",
        (2, 3, 3),
        (
            Clip("S01", "S01-07-001", length, (micro(1, 4, 8, "happiness"),)),
            Clip("S01", "S01-08-002", length, (micro(0, None, 11, "others"),)),
            Clip("S12", "S12-01-001", length, (micro(2, None, 7, "happiness"),)),
        ),
        {"apex-outside": 1},
    )


FOUR_DME_HEADER = (
    *("sub_ID", "fold_name", "Onset", "Apex", "Offset", "AUs", "Emotion"),
    *("Positive", "Negative", "Surprise", "Repression", "Others", "Total"),
)


def four_dme(root: Path, pictures: Sequence[Path] = ()) -> WithOwnProtocol:
    """Make 4DME: several emotions per clip, one column of labels."""
    base, length = root / "4DME", max(12, len(pictures))
    for name in ("01/clip_1", "01/clip_2", "17/clip_1"):
        frames(base / name, range(1, length + 1), "{}.jpg", pictures)
    rows: Rows = (
        FOUR_DME_HEADER,
        (1, "clip_1", 2, 5, 9, "4", "Negative", 0, 1, 0, 0, 0, 1),
        (1, "clip_2", 1, 3, 12, "4+5", "Negative_Surprise", 0, 1, 1, 0, 0, 2),
        (17, "clip_1", 3, 4, 8, "12", "Negative", 1, 1, 0, 0, 0, 2),
    )
    return WithOwnProtocol(
        "4dme",
        root,
        base,
        xlsx(root / "4DME_Labelling_Micro_release v1.xlsx", {"Sheet1": rows}),
        "",
        (2, 3, 3),
        (
            Clip("01", "clip_1", length, (micro(1, 4, 8, "Negative"),)),
            Clip("01", "clip_2", length, (micro(0, 2, 11, "Negative_Surprise"),)),
            Clip("17", "clip_1", length, (micro(2, 3, 7, "Negative"),)),
        ),
    )


CASME_HEADER = ("Subject", "Filename", "OnsetF", "ApexF1", "ApexF2", "OffsetF", "AUs", "Emotion")


def casme(
    root: Path, pictures: Sequence[Path] = (), first: int = 1, parts: Sequence[str] = ("", "")
) -> WithOwnProtocol:
    """Make CASME: two apexes, and folders like those of CASME II."""
    base, length = root / "CASME", max(12, len(pictures))
    for part, name in enumerate(("sub01/EP01_5", "sub01/EP01_12", "sub08/EP03_1-1")):
        frames(base / parts[part // 2] / name, range(first, first + length), "img_{}.jpg", pictures)
    rows = (
        (1, "EP01_5", first + 1, first + 4, None, first + 8, "4", "tense"),
        (1, "EP01_12", first, first + 2, first + 6, first + 11, "14", "repression"),
        ("sub08", "EP03_1-1", first + 2, None, None, first + 7, "4", "tense"),
    )
    return WithOwnProtocol(
        "casme",
        root,
        base,
        xls(base / "CASME.xls", {"Sheet1": (CASME_HEADER, *rows)}),
        "",
        (2, 3, 3),
        (
            Clip("sub01", "EP01_5", length, (micro(1, 4, 8, "tense"),)),
            Clip("sub01", "EP01_12", length, (micro(0, 2, 11, "repression"),)),
            Clip("sub08", "EP03_1-1", length, (micro(2, None, 7, "tense"),)),
        ),
        {} if first == 1 else {"clip-numbers": 3},
    )


def casme3_c(root: Path, pictures: Sequence[Path] = ()) -> WithOwnProtocol:
    """Make CAS(ME)³ part C: a recording per subject, one of them without expression."""
    base, length = root / "part_C", max(15, len(pictures))
    for name in ("1", "2", "12"):
        frames(base / name / "color", range(1, length + 1), "{}.jpg", pictures)
    rows = (
        ("sub", "count", "onset", "offset", "au", "emotion"),
        (1, 1, 2, 5, "R4,5", "negative"),
        (1, 2, 4, 12, 1, "surprise"),  # overlaps the one before
        (12, 1, 3, 8, "2,24", "negative"),
    )
    sheet = root / "annotation" / "part C" / "CAS(ME)3_part_C_ME.xlsx"
    return WithOwnProtocol(
        "casme3-c",
        root,
        base,
        xlsx(sheet, {"mockCrimeME": rows}),
        "",
        (2, 2, 3),
        (
            Clip("1", "1", length, (micro(1, None, 4, "negative"), micro(3, None, 11, "surprise"))),
            Clip("2", "2", length),
            Clip("12", "12", length, (micro(2, None, 7, "negative"),)),
        ),
        is_long=True,
    )


MAKERS: dict[str, Callable[[Path, Sequence[Path]], Miniature]] = {
    "4dme": four_dme,
    "casme": casme,
    "casme in two folders": partial(casme, parts=("A", "B")),
    "casme numbered like a longer video": partial(casme, first=141),
    "casme3-c": casme3_c,
    "dfme": dfme,
    "dfme numbered from 1": partial(dfme, first=1),
    "dfme in a folder per split": partial(dfme, folder="{split}/{subject}"),
    "dfme without folders of subjects": partial(dfme, folder="frames"),
    "dfme in a folder per split without folders of subjects": partial(dfme, folder="{split}"),
    "mmew": mmew,
}
