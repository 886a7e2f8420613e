"""Miniatures of the data sets of short clips: CASME II, SMIC by its cameras, SAMM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.datasets.licensed.making import Rows, frames, xls, xlsx
from tests.datasets.licensed.miniatures import Clip, Miniature, micro

# The columns as the release has them; two have no name and hold nothing.
CASME2_HEADER = (
    *("Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None),
    *("Action Units", "Estimated Emotion"),
)


def casme2_row(subject: Any, name: Any, onset: Any, apex: Any, offset: Any, emotion: Any) -> Any:
    """Return a row of CASME II's coding sheet."""
    return (subject, name, None, onset, apex, offset, None, "4+7", emotion)


CASME2_ROWS = (
    casme2_row(1, "EP02_01f", 3, 6, 10, "happiness"),
    casme2_row(1, "EP03_02", 1, "/", 7, "others"),
    casme2_row(9, "EP09f", 4, 30, 9, "Disgust"),  # the apex is outside
    casme2_row("26", "EP18_49", 2, 2, 12, "surprise"),
)


def casme2(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make CASME II: numbers for subjects, an apex of ``/``, an apex outside."""
    base, length = root / "CASME2-RAW", max(12, len(pictures))
    for name in ("sub01/EP02_01f", "sub01/EP03_02", "sub09/EP09f", "sub26/EP18_49"):
        frames(base / name, range(1, length + 1), "img{}.jpg", pictures)
    return Miniature(
        "casme2",
        root,
        base,
        xlsx(root / "CASME2-coding-20190701.xlsx", {"Sheet1": (CASME2_HEADER, *CASME2_ROWS)}),
        "casme2-str@1",
        (3, 4, 4),
        (
            Clip("sub01", "EP02_01f", length, (micro(2, 5, 9, "happiness"),)),
            Clip("sub01", "EP03_02", length, (micro(0, None, 6, "others"),)),
            Clip("sub09", "EP09f", length, (micro(3, None, 8, "Disgust"),)),
            Clip("sub26", "EP18_49", length, (micro(1, 1, 11, "surprise"),)),
        ),
        {"apex-marked": 1, "apex-outside": 1},
    )


def casme2_old(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make the same with the other sheet in circulation, an .xls."""
    made = casme2(root, pictures)
    assert made.sheet is not None
    made.sheet.unlink()
    sheet = xls(root / "CASME2_label_Ver_2.xls", {"Sheet1": (CASME2_HEADER, *CASME2_ROWS)})
    return Miniature(**{**vars(made), "sheet": sheet})


SMIC_HEADER = ("Subject", "Filename", "FirstF", "OnsetF", "OffsetF", "Emotion")


def smic(camera: str, root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make SMIC-E by a camera: its own frame numbers, and text below the table."""
    inside = root / "SMIC-E_raw image" / f"{camera}_long" / f"SMIC-{camera}-E"
    base = inside / camera
    frames(base / "s01" / "s1_ne_01", range(559700, 559712), "image{}.jpg", pictures)
    frames(base / "s01" / "s1_po_02", range(98, 112), "image{}.jpg", pictures)
    frames(base / "s20" / "s20_sur_01", range(1, 10), "image{}.jpg", pictures)
    rows: Rows = (
        SMIC_HEADER,
        (1, "s1_ne_01", 559700, 559702, 559708, "negative"),
        (1, "s1_po_02", 98, 98, 111, "Positive"),
        (20, "s20_sur_01", 1, 3, 9, 3),  # a label that says nothing: the name does
        (None, None, None, None, None, None),
        ("FirstF: the first frame of the sequence",),
        (None, "OnsetF: the frame where the expression begins"),
    )
    return Miniature(
        f"smic-{camera.lower()}",
        root,
        base,
        xlsx(inside / f"SMIC-{camera}-E_annotation.xlsx", {"Sheet1": rows}),
        f"smic-{camera.lower()}-str@1",
        (2, 3, 3),
        (
            Clip("s01", "s1_ne_01", 12, (micro(2, None, 8, "negative"),)),
            Clip("s01", "s1_po_02", 14, (micro(0, None, 13, "positive"),)),
            Clip("s20", "s20_sur_01", 9, (micro(2, None, 8, "surprise"),)),
        ),
        {"camera-numbers": 3},
        frozenset({"sheet-remarks"}),
    )


def smic_hs_short(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make SMIC's clips: no sheet; some copies have folders between, some not."""
    base = root / "HS"
    frames(base / "s1/micro/negative/s1_ne_01", range(1, 13), "reg_image{}.bmp", pictures)
    frames(base / "s1/micro/surprise/s1_sur_02", range(46, 56), "reg_img{}.bmp", pictures)
    frames(base / "s11/micro/s11_po_01", range(559700, 559707), "image{}.jpg", pictures)
    return Miniature(
        "smic-hs-short",
        root,
        base,
        None,
        "megc2019-cde@1",
        (2, 3, 3),
        (
            Clip("s1", "s1_ne_01", 12, (micro(0, None, 11, "negative"),)),
            Clip("s1", "s1_sur_02", 10, (micro(0, None, 9, "surprise"),)),
            Clip("s11", "s11_po_01", 7, (micro(0, None, 6, "positive"),)),
        ),
    )


FACS_PREAMBLE: Rows = (
    ("SAMM Dataset - Master FACS Codes", None, None, None, "(Note to the users: please cite)"),
    (),
    ("9/9/17 - New updates with Emotional and Objective Classes.",),
    *((),) * 2,
    ("Symbol Key:",),
    ('"/" = or',),
    ('"?" = some AU\'s continue for a while and have unclear offset',),
    (),
    ("AU Help:",),
    ('"L2 or R2" = Unilateral AU 2 on left side of face / right side of face',),
    ('"A2" = Asymmetric AU 2. Occurs on both sides of face but stronger on one side',),
    (),
)
FACS_HEADER = (
    *("Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame"),
    *("Duration", "Micro", "Action Units", "Estimated Emotion", "Objective Classes", "Notes"),
)


def facs_row(name: str, onset: int, apex: int, offset: int, emotion: str) -> Any:
    """Return a row of SAMM's FACS sheet."""
    subject = name.partition("_")[0]
    length = offset - onset + 1
    return (subject, name, 1, onset, apex, offset, length, "Micro - 1/2", "4+7", emotion, 1, None)


def facs_sheet(path: Path, rows: Rows) -> Path:
    """Write SAMM's FACS sheet, its header in row 14."""
    return xlsx(path, {"MICRO_ONLY": (*FACS_PREAMBLE, FACS_HEADER, *rows)})


def samm(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make SAMM: clips that keep the numbers of the longer videos."""
    base = root / "SAMM"
    frames(base / "006/006_1_2", range(3562, 3574), "006_{:05d}.jpg", pictures)
    frames(base / "007/007_1_3", range(1, 11), "007_{:05d}.jpg", pictures)
    frames(base / "028/028_4_1", range(995, 1006), "028_{:05d}.jpg", pictures)
    rows = (
        facs_row("006_1_2", 3562, 3566, 3573, "Anger"),
        facs_row("007_1_3", 3, 5, 8, "Happiness"),
        facs_row("028_4_1", 996, -1, 1004, "Other"),
    )
    return Miniature(
        "samm",
        root,
        base,
        facs_sheet(root / "SAMM_Micro_FACS_Codes_v2.xlsx", rows),
        "megc2019-cde@1",
        (2, 2, 2),
        (
            Clip("006", "006_1_2", 12, (micro(0, 4, 11, "Anger"),)),
            Clip("007", "007_1_3", 10, (micro(2, 4, 7, "Happiness"),)),
            Clip("028", "028_4_1", 11, (micro(1, None, 9, "Other"),)),
        ),
        {"clip-numbers": 3, "apex-unknown": 1},
    )


MAKERS: dict[str, Callable[[Path, Sequence[Path]], Miniature]] = {
    "casme2": casme2,
    "casme2 with an .xls": casme2_old,
    "samm": samm,
    "smic-hs": partial(smic, "HS"),
    "smic-hs-short": smic_hs_short,
    "smic-nir": partial(smic, "NIR"),
    "smic-vis": partial(smic, "VIS"),
}
