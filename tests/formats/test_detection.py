"""Detection of a file's format and role, and swapped files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.formats.loader import guess_role, read_predictions, read_truth
from mebench.formats.text_file import read_text
from tests.evaluation.documents import TOY, codes, interval, submission, write
from tests.formats.finding import TRUTH

PREDICTIONS = submission({"1/a": [interval(11, 20)]})

TEXTS = {
    "mebench submission": PREDICTIONS,
    "STR CSV": "subject,video,onset,offset\n1,a,1,2\n",
    "MEGC2022 CSV": "vid,pred_onset,pred_offset,type\na,1,2,me\n",
    "MEGC2023 CSV": "vid,onset,offset,type\na,1,2,me\n",
    "recognition CSV": "subject,sample,emotion\n1,a,x\n",
    "MEGC spotting log": "1\na 1 2 - - FN\n",
    "MEGC2019 recognition log": "# sample predicted truth\nsamm 006\na 1 2\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_format_of_predictions(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, "file.txt", TEXTS[name])
    table = read_predictions(path, Findings()).table
    assert table.format == name
    assert table.foreign is (name != "mebench submission")
    assert guess_role(read_text(path)) == "predictions"


@pytest.mark.parametrize(
    "name", [*list(TEXTS)[1:], "mebench truth manifest", "MEGC2019 sample list"]
)
def test_format_of_truth(tmp_path: Path, name: str) -> None:
    texts = TEXTS | {
        "mebench truth manifest": TRUTH,
        "MEGC2019 sample list": "samm,006,006_1_2,0\n",
    }
    path = write(tmp_path, "file.txt", texts[name])
    assert read_truth(path, Findings()).format == name
    expected = "truth" if name.startswith(("mebench truth", "MEGC2019 sample")) else "predictions"
    assert guess_role(read_text(path)) == expected


def test_file_names_do_not_matter(tmp_path: Path) -> None:
    """The content decides the format, never the file's name."""
    path = write(tmp_path, "predictions.json", TEXTS["STR CSV"])
    assert read_predictions(path, Findings()).table.format == "STR CSV"


def report(tmp_path: Path) -> Any:
    return mebench.score(PREDICTIONS, TRUTH, TOY).to_json()


def test_swapped_files_are_named(tmp_path: Path) -> None:
    contents = {"submission": PREDICTIONS, "truth": TRUTH, "report": report(tmp_path)}
    paths = {name: write(tmp_path, f"{name}.json", content) for name, content in contents.items()}
    for name in ("truth", "report"):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(paths[name], paths["truth"], TOY)
        assert codes(caught.value) == ["wrong-file"]
        assert f"This is a mebench {name} file" in str(caught.value)
    for name in ("submission", "report"):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(paths["submission"], paths[name], TOY)
        assert codes(caught.value) == ["wrong-file"]


@pytest.mark.parametrize("name", ["recognition CSV", "MEGC2019 recognition log"])
def test_rows_of_the_other_task(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, "file", TEXTS[name])
    truth = write(tmp_path, "truth", TRUTH)
    for predictions, true in ((path, truth), (write(tmp_path, "p", PREDICTIONS), path)):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(predictions, true, TOY)
        assert "wrong-task" in codes(caught.value)
