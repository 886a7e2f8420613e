"""The FACS sheet of SAMM: its micro-expressions, and the emotion of each."""

from __future__ import annotations

from mebench.datasets.licensed import columns
from mebench.datasets.licensed.copies import LocalCopy
from mebench.datasets.licensed.reading import optional_table
from mebench.diagnostics import Findings

FACS_SHEETS = (
    "SAMM_Micro_FACS_Codes_v2.xlsx",
    "SAMM_Micro_FACS_Codes*",
    "SAMM_*_Micro_FACS_Codes*",
)
FACS_SHEET_TITLE = "the FACS sheet of SAMM"


def read_facs_emotions(copy: LocalCopy, findings: Findings) -> dict[str, str | None] | None:
    """Return the emotion of each micro-expression by its name; None where there is no such sheet.

    Parameters
    ----------
    copy : LocalCopy
        What is on disk.
    findings : Findings
        Takes in what is wrong with the sheet.
    """
    table = optional_table(
        copy, FACS_SHEETS, FACS_SHEET_TITLE, (columns.FILENAME, columns.EMOTION), findings
    )
    if table is None:
        return None
    return {(row.text("filename") or "").casefold(): row.text("emotion") for row in table.rows}
