"""Two columns of one meaning: whatever their names, it is not clear which of them counts."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from mebench.diagnostics import Findings, MebenchError
from mebench.formats import csv_formats
from mebench.formats.csv_formats import CsvFormat
from mebench.formats.loader import read_predictions
from mebench.published.loader import read_published
from tests.evaluation.documents import write
from tests.formats.finding import findings_in, spots

FORMATS = [
    csv_formats.STR_CSV,
    csv_formats.MEGC2022_CSV,
    csv_formats.MEGC2023_CSV,
    csv_formats.RECOGNITION_CSV,
]
MEANINGS = [pair for csv_format in FORMATS for pair in csv_format.columns.items()]


def synonyms(csv_format: CsvFormat) -> list[tuple[str, str]]:
    """Return the pairs of a column of the format and another name for it, in any format."""
    own, all_names = csv_format.columns.items(), dict.fromkeys(MEANINGS)
    return [
        (name, other)
        for (name, field), (other, meaning) in product(own, all_names)
        if field == meaning and name != other
    ]


PAIRS = [(csv_format, *pair) for csv_format in FORMATS for pair in synonyms(csv_format)]


def test_the_pairs_are_those_of_the_formats() -> None:
    assert (csv_formats.STR_CSV, "kind", "type") in PAIRS
    assert (csv_formats.MEGC2022_CSV, "pred_onset", "onset") in PAIRS
    assert (csv_formats.MEGC2023_CSV, "vid", "video") in PAIRS


@pytest.mark.parametrize(("csv_format", "name", "other"), PAIRS)
def test_two_names_of_one_column(
    tmp_path: Path, csv_format: CsvFormat, name: str, other: str
) -> None:
    header = list(dict.fromkeys([*csv_format.required, name, other]))
    path = write(tmp_path, "p.csv", f"{','.join(header)}\n{','.join('1' * len(header))}\n")
    with pytest.raises(MebenchError) as caught:
        read_predictions(path, Findings())
    found = [one for one in caught.value.diagnostics if one.code == "csv-duplicate-column"]
    assert [one.severity for one in found] == ["error"]
    assert repr(name) in found[0].message and repr(other) in found[0].message
    assert found[0].place.line == 1 and found[0].place.column is not None


@pytest.mark.parametrize("other", ["KIND", " kind ", "kind\u200b", "ｋｉｎｄ", '"kind"'])
def test_the_same_name_in_another_spelling(tmp_path: Path, other: str) -> None:
    text = f"subject,video,onset,offset,emotion,kind,{other}\n1,a,1,2,negative,micro,macro\n"
    assert spots(findings_in(tmp_path, text)) == [("csv-duplicate-column", 1, None)]


def test_two_columns_of_one_metric_in_a_table_of_published_rows(tmp_path: Path) -> None:
    text = "method,protocol,strs,headline.strs\na,casme2-str@1,.1,.2\n"
    with pytest.raises(MebenchError) as caught:
        read_published(write(tmp_path, "rows.csv", text))
    assert "csv-duplicate-column" in {finding.code for finding in caught.value.diagnostics}
