"""Which folders the subjects and videos of CAS(ME)²'s sheet are.

The workbook says so in its second and third sheet. Where somebody has saved the first alone, what
they say in the release stands in for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mebench.datasets.sheets.content import Tab, Workbook

SUBJECTS = dict(
    enumerate(
        (15, 16, 19, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 40),
        start=1,
    )
)
"""The number in the sheet to that of the folder, as the release's second sheet has them."""

CODES = {
    "disgust1": "0101",
    "disgust2": "0102",
    "anger1": "0401",
    "anger2": "0402",
    "happy1": "0502",
    "happy2": "0503",
    "happy3": "0505",
    "happy4": "0507",
    "happy5": "0508",
}
"""The word in the sheet to the number in the folder's name, as the release's third sheet has."""

CODE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The two maps.

    Attributes
    ----------
    subjects : dict of str to str
        From ``1`` to ``s15``.
    codes : dict of str to str
        From ``disgust1`` to ``0101``.
    """

    subjects: dict[str, str] = field(
        default_factory=lambda: {str(one): f"s{other}" for one, other in SUBJECTS.items()}
    )
    codes: dict[str, str] = field(default_factory=lambda: dict(CODES))

    def subject(self, text: str) -> str:
        """Return the folder of a subject of the sheet; one that has its folder's name keeps it."""
        return self.subjects.get(text, text)

    def video(self, subject: str, name: str) -> str:
        """Return how the folder of an expression's video begins: ``15_0401`` for ``anger1_1``."""
        word = name.rpartition("_")[0] or name
        code = self.codes.get(word.casefold(), word)
        return f"{subject.removeprefix('s')}_{code}"


def read_folder_names(workbook: Workbook) -> FolderNames:
    """Return the maps of a workbook, each from the first sheet that holds it."""
    folders = FolderNames()
    for tab in workbook.tabs[1:]:
        folders.subjects.update(_subjects(tab))
        folders.codes.update(_codes(tab))
    return folders


def _subjects(tab: Tab) -> dict[str, str]:
    """Return the rows of a sheet such as 15, s15, 1."""
    found = {}
    for row in tab.rows:
        cells = [_text(one) for one in row.cells]
        if len(cells) >= 3 and cells[1] == f"s{cells[0]}" and cells[2].isdecimal():
            found[cells[2]] = cells[1]
    return found


def _codes(tab: Tab) -> dict[str, str]:
    """Return the rows of a sheet such as 0101, disgust1; as a number it lacks its first zero."""
    found = {}
    for row in tab.rows:
        cells = [_text(one) for one in row.cells]
        is_code = len(cells) >= 2 and cells[0].isdecimal() and cells[1][:1].isalpha()
        if is_code and cells[1] != f"s{cells[0]}":
            found[cells[1].casefold()] = cells[0].zfill(CODE_DIGITS)
    return found


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
