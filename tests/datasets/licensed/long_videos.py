"""Miniatures of the data sets of long videos: CAS(ME)², SAMM Long Videos, CAS(ME)³, MEVIEW."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.datasets.licensed.making import Rows, frames, xls, xlsx
from tests.datasets.licensed.miniatures import Clip, Miniature, macro, micro
from tests.datasets.licensed.short_clips import facs_row, facs_sheet
from tests.datasets.material import video_file


def casme_sq_row(
    subject: int, code: str, onset: int, apex: int, offset: int, emotion: str, kind: str
) -> Any:
    """Return a row of CAS(ME)²'s sheet, which has no header."""
    return (subject, code, onset, apex, offset, "4+7", emotion, f"{kind}-expression", "disgust")


CASME_SQ_ROWS = (
    casme_sq_row(1, "anger1_1", 5, 7, 9, "negative", "macro"),
    casme_sq_row(1, "anger1_2", 12, 14, 0, "others", "macro"),  # the offset is not known
    casme_sq_row(1, "disgust1_1", 2, 4, 8, "negative", "micro"),
    casme_sq_row(1, "disgust1_2", 8, 9, 12, "others", "micro"),
    casme_sq_row(3, "happy1_1", 3, 15, 10, "positive", "micro"),  # the apex after the offset
    casme_sq_row(3, "happy2_1", 2, 0, 6, "positive", "macro"),  # an apex of 0
)


def casme_sq_tabs(rows: Rows = CASME_SQ_ROWS) -> dict[str, Rows]:
    """Return the workbook of CAS(ME)²: numbers have lost their leading zero in the third tab."""
    subjects = {1: (15, "s15", 1), 3: (19, "s19", 3)}
    return {
        "CASFEcode_final": rows,
        "naming rule1": [subjects[row[0]] for row in rows],
        "naming rule2": [(101, "disgust1"), (401, "anger1"), ("0502", "happy1"), (503, "happy2")],
    }


def casme_sq(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make CAS(ME)²: names by two further tabs, and a video without expressions."""
    base, length = root / "rawpic", max(20, len(pictures))
    names = (
        *("s15/15_0101disgustingteeth", "s15/15_0102eatingworms", "s15/15_0401girlcrashing"),
        *("s19/19_0502funnyerrors", "s19/19_0503unclefarting"),
    )
    for name in names:
        frames(base / name, range(1, length + 1), "img{}.jpg", pictures)
    return Miniature(
        "casme-sq",
        root,
        base,
        xlsx(root / "CAS(ME)^2code_final.xlsx", casme_sq_tabs()),
        "casme-sq-str@1",
        (2, 2, 3),
        (
            Clip(
                "s15",
                "15_0101disgustingteeth",
                length,
                (micro(1, 3, 7, "negative"), micro(7, 8, 11, "others")),
            ),
            Clip("s15", "15_0102eatingworms", length),
            Clip(
                "s15",
                "15_0401girlcrashing",
                length,
                (macro(4, 6, 8, "negative"), macro(11, 13, 13, "others")),
            ),
            Clip("s19", "19_0502funnyerrors", length, (micro(2, None, 9, "positive"),)),
            Clip("s19", "19_0503unclefarting", length, (macro(1, None, 5, "positive"),)),
        ),
        {"offset-unknown": 1, "apex-outside": 2},
    )


SAMMLV_PREAMBLE: Rows = (
    ("SAMM Long Videos Dataset - FACS Codes",),
    (),
    ("Symbol Key:",),
    ('"/" = or',),
    (),
    ("AU Help:",),
    ("L2", None, None, None, None, "NOTE: Subjects with Apex Frame not annotated are -1."),
    ('"A2" = Asymmetric AU 2. Occurs on both sides of face but stronger on one side',),
    (),
)
SAMMLV_HEADER = (
    *("Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type"),
    *("Action Units", "Notes"),
)


def sammlv_row(name: str, onset: Any, apex: Any, offset: Any, kind: str) -> Any:
    """Return a row of SAMM Long Videos' sheet."""
    kind = "Micro - 1/2" if kind == "micro" else "Macro"
    subject = name.partition("_")[0]
    return (subject, name, 1, onset, apex, offset, offset - onset + 1, kind, 4, None)


SAMMLV_ROWS = (
    sammlv_row("006_1_1", 2.6, 4.4000000000000004, 7.5, "macro"),
    sammlv_row("006_1_2", 9, 11, 14, "micro"),
    sammlv_row("006_2_1", 0, 4, 8, "macro"),
    sammlv_row("028_4_1", 3, -1, 9, "micro"),
    sammlv_row("037_4_1", 2, 5, 9, "micro"),
    sammlv_row("037_4_1", 8, 10, 15, "macro"),
    sammlv_row("037_4_2", 12, -1, 18, "macro"),
)


def sammlv(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make SAMM Long Videos: fractions, onset 0, apex -1, a name twice, emotions beside."""
    base, length = root / "SAMM_longvideos", max(20, len(pictures))
    for name in ("006_1", "006_2", "006_7", "028_4", "037_4"):
        frames(base / name, range(1, length + 1), name + "_{:04d}.jpg", pictures)
    sheet = xlsx(
        root / "SAMM_LongVideos_V2_Release.xlsx",
        {"FACS_Movement_Only": (*SAMMLV_PREAMBLE, SAMMLV_HEADER, *SAMMLV_ROWS)},
    )
    facs_sheet(
        root / "SAMM_Micro_FACS_Codes_v2.xlsx",
        (
            facs_row("006_1_2", 9, 11, 14, "Anger"),
            facs_row("028_4_1", 3, -1, 9, "Happiness"),
            facs_row("037_4_1", 2, 5, 9, "Other"),
        ),
    )
    return Miniature(
        "sammlv",
        root,
        base,
        sheet,
        "sammlv-str@1",
        (3, 3, 3),
        (
            Clip("006", "006_1", length, (macro(2, 3, 7), micro(8, 10, 13, "Anger"))),
            Clip("006", "006_2", length, (macro(0, 3, 7),)),
            Clip("006", "006_7", length),
            Clip("028", "028_4", length, (micro(2, None, 8, "Happiness"),)),
            Clip(
                "037",
                "037_4",
                length,
                (micro(1, 4, 8, "Other"), macro(7, 9, 14), macro(11, None, 17)),
            ),
        ),
        {"fractions": 1, "apex-fraction": 1, "onset-unknown": 1, "apex-unknown": 2},
    )


CASME3_HEADER = (
    *("Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Objective class", "emotion"),
)


def casme3(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make CAS(ME)³ part A: depth beside color, three sheets, `J`, two spellings of others."""
    base = root / "part_A" / "data" / "part_A"
    for name in ("spNO.1/a", "spNO.1/b", "spNO.2/c", "spNO.10/J"):
        frames(base / name / "color", range(1, 16), "{}.jpg", pictures)
        frames(base / name / "depth", range(1, 3), "{}.png")
    micros = (
        CASME3_HEADER,
        ("spNO.1", "a", "2", "4", "8", "4", "II", "disgust"),
        ("spNo.1", "A", "7", "9", "15", "4", "II", "others"),  # overlaps the one before
        ("spNO.2", "c", "1", "1", "3", "12", "I", "Others"),
        ("spNO.10", "j", "3", "20", "12", "1+2", "III", "happy"),  # the apex is outside
    )
    combined_header = (*CASME3_HEADER[:6], "Expression type", "Objective class")
    combined = (
        combined_header,
        *((*row[:6], "Micro-expression", row[6]) for row in micros[1:]),
        ("spNO.1", "b", "5", "7", "12", "12", "Macro-expression", "I"),
    )
    blinks = (("Subject", "Filename", "Onset", "Offset"), ("spNO.1", "b", "2", "4"))
    xls(
        root / "part_A" / "annotation" / "CAS(ME)3_part_A_v2.xls",
        {"AU+Emotion": combined, "eye blink": blinks},
    )
    sheet = "cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx"
    return Miniature(
        "casme3",
        root,
        base,
        xlsx(root / "part_A" / "annotation" / sheet, {"label": micros}),
        "casme3-str@1",
        (3, 3, 4),
        (
            Clip("spNO.1", "a", 15, (micro(1, 3, 7, "disgust"), micro(6, 8, 14, "others"))),
            Clip("spNO.1", "b", 15, (macro(4, 6, 11),)),
            Clip("spNO.2", "c", 15, (micro(0, 0, 2, "Others"),)),
            Clip("spNO.10", "J", 15, (micro(2, None, 11, "happy"),)),
        ),
        {"apex-outside": 1},
    )


MEVIEW_CSV = """\
subject,video,onset,apex,offset,emotion
1,01.mp4,3,5,9,happiness
1,02,2,,6,anger
2,03.avi,4,9,12,surprise
"""


def meview(root: Path, pictures: Sequence[Path] = ()) -> Miniature:
    """Make MEVIEW: video files and a CSV, whose names may have the files' suffix or not."""
    base = root / "videos"
    for length, name in enumerate(("01.mp4", "02.mp4", "03.avi"), start=14):
        video_file(base / name, length)
    sheet = root / "meview.csv"
    sheet.write_text(MEVIEW_CSV, encoding="utf-8")
    return Miniature(
        "meview",
        root,
        base,
        sheet,
        "meview-str@1",
        (2, 3, 3),
        (
            Clip("1", "01", 14, (micro(2, 4, 8, "happiness"),)),
            Clip("1", "02", 15, (micro(1, None, 5, "anger"),)),
            Clip("2", "03", 16, (micro(3, 8, 11, "surprise"),)),
        ),
    )


MAKERS: dict[str, Callable[[Path, Sequence[Path]], Miniature]] = {
    "casme3": casme3,
    "casme-sq": casme_sq,
    "meview": meview,
    "sammlv": sammlv,
}
