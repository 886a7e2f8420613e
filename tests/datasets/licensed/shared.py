"""Files of the field that may be at hand, outside the repository; nothing of them is copied."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MEBENCH_SHARED", Path(__file__).parents[4] / "shared")) / "data"
CASME_SQ = SHARED / "megc2021-annotations" / "CASME_sq_gt.xlsx"
SAMMLV = SHARED / "megc2021-annotations" / "SAMMLV_gt.xlsx"
CASME2 = SHARED / "casme2" / "CASME2-coding-20140508.xlsx"
CASME2_OBJECTIVE = SHARED / "casme2" / "CASME2-ObjectiveClasses.xlsx"
CASME3_C = SHARED / "casme3" / "CAS(ME)3_part_C_ME.xlsx"
DFME = SHARED / "dfme"
CASME3 = SHARED / "casme3" / "cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx"
CASME3_COMBINED = SHARED / "casme3" / "CAS(ME)3_part_A_v2.xls"
SAMM = SHARED / "samm" / "SAMM_Micro_FACS_Codes_v2.xlsx"
SMIC = SHARED / "smic" / "SMIC-HS-E_annotation.xlsx"
MOCK = SHARED / "mock-annotations"
LIST = SHARED / "megc2019" / "combined_3class_gt.csv"
STRS_TRUTH = SHARED / "strs-metric" / "gt.csv"
STRS_PREDICTIONS = SHARED / "strs-metric" / "pred.csv"


def needs(*paths: Path) -> pytest.MarkDecorator:
    """Return the mark of tests that cannot do without files of the field."""
    missing = ", ".join(str(path) for path in paths if not path.exists())
    return pytest.mark.skipif(bool(missing), reason=f"missing: {missing}")


def official_list() -> list[tuple[str, str, str, str]]:
    """Return the composite's samples: data set, subject, name, class."""
    classes = ("negative", "positive", "surprise")
    with LIST.open(newline="", encoding="utf-8") as stream:
        return [(data, who, name, classes[int(at)]) for data, who, name, at in csv.reader(stream)]
