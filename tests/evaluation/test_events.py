"""Events beside the expressions, such as eye blinks: checked and kept, never scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench as package
from mebench.datasets.registry import merge_truths
from mebench.evaluation.validate import validate
from mebench.models.truth import TruthManifest
from tests.cli.running import SCORED, files, mebench
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write

BLINKS = [
    {"onset": 0, "offset": 4, "label": "eye blink"},
    {"onset": 12, "offset": 12, "label": "眨眼"},
    {"onset": 95, "offset": 99, "label": "eye blink"},
]


def with_events(events: Any = BLINKS, n_frames: int | None = 100) -> dict[str, Any]:
    document = truth({"1/a": [interval(10, 20)], "1/b": [], "2/a": [interval(30, 40)]}, n_frames)
    document["videos"][1]["events"] = events
    return document


def test_events_change_no_number_and_no_signature() -> None:
    predictions = submission({"1/a": [interval(10, 20)], "1/b": [interval(0, 4)]})
    bare, with_blinks = (
        package.score(predictions, with_events(rows), TOY) for rows in ([], BLINKS)
    )
    assert with_blinks == bare


@pytest.mark.parametrize(
    ("event", "code", "words"),
    [
        ({"onset": 9, "offset": 8}, "offset-before-onset", "[9, 8] ends before it begins"),
        ({"onset": -1, "offset": 8}, "frame-outside-video", "are 0 to 99"),
        ({"onset": 90, "offset": 100}, "frame-outside-video", "are 0 to 99"),
        ({"onset": 5}, "missing-field", "'offset'"),
        ({"onset": 5, "offset": 6.0}, "frame-not-integer", "'offset'"),
        ({"onset": 5, "offset": 6, "label": ""}, "value-empty", "'label'"),
        ({"onset": 5, "offset": 6, "apex": 5}, "unknown-field", "'apex'"),
        (None, "wrong-type", "object"),
    ],
)
def test_a_wrong_event_is_named_and_the_rest_is_checked(
    tmp_path: Path, event: Any, code: str, words: str
) -> None:
    rows = [BLINKS[0], event if event is None else {"label": "eye blink", **event}]
    document = with_events(rows)
    document["videos"][2]["intervals"] = [interval(30, 40, apex=50)]
    path = write(tmp_path, "t.json", json.dumps(document, indent=1))
    wrong, other = validate(path, protocol=TOY)[0].kept
    assert (wrong.code, wrong.severity) == (code, "error")
    assert words in wrong.message
    assert wrong.place.line is not None
    assert wrong.place.pointer is not None
    assert wrong.place.pointer.startswith("/videos/1/events/1")
    assert (wrong.place.subject, wrong.place.video) == ("1", "b")
    assert other.code == "apex-outside", "the other videos are checked"


def test_without_a_length_only_the_beginning_is_checked() -> None:
    package.score(submission({}), with_events([{**BLINKS[2], "offset": 5000}], None), TOY)
    with pytest.raises(package.MebenchError) as caught:
        package.score(submission({}), with_events([{**BLINKS[0], "onset": -2}], None), TOY)
    assert codes(caught.value) == ["frame-outside-video"]
    assert "start at 0" in caught.value.diagnostics[0].message


def test_blind_truths_have_no_events(tmp_path: Path) -> None:
    files(tmp_path)
    write(tmp_path, "t.json", with_events())
    assert mebench(tmp_path, "blind", "t.json", "-o", "blind.json").status == 0
    blind = json.loads((tmp_path / "blind.json").read_bytes())
    assert "event" not in json.dumps(blind)
    blind["videos"][1]["events"] = BLINKS
    write(tmp_path, "half.json", blind)
    run = mebench(tmp_path, "validate", "half.json")
    assert run.codes() == {"truth-half-blind"}
    assert mebench(tmp_path, "blind", "half.json", "-o", "again.json").status == 1


def test_json_keeps_events_and_a_csv_loses_them_with_a_warning(tmp_path: Path) -> None:
    files(tmp_path)
    write(tmp_path, "t.json", with_events())
    convert = ("convert", "truth", "t.json", "--protocol", "toy.toml", "-o")
    run = mebench(tmp_path, *convert, "new.json")
    assert run.status == 0
    assert not run.codes("warning")
    assert json.loads((tmp_path / "new.json").read_bytes())["videos"][1]["events"] == BLINKS
    run = mebench(tmp_path, *convert, "new.csv")
    assert run.codes("warning") == {"convert-loses"}
    assert "left out: events." in run.said
    assert mebench(tmp_path, "score", "p.json", *SCORED).status == 0


def test_merged_truths_keep_events() -> None:
    class Copy:
        """A data set with a truth, as far as merging needs it."""

        def __init__(self, name: str) -> None:
            self.id = name

        def truth(self) -> TruthManifest:
            return TruthManifest.model_validate({**with_events(), "dataset": self.id})

    merged = merge_truths([Copy("one"), Copy("two")])  # type: ignore[list-item]
    assert [(row.dataset, row.events) for row in merged.videos if row.events] == [
        ("one", BLINKS),
        ("two", BLINKS),
    ]


def test_a_submission_has_no_events() -> None:
    document = submission({"1/a": [interval(10, 20)]})
    document["videos"][0]["events"] = BLINKS
    with pytest.raises(package.MebenchError) as caught:
        package.score(document, with_events(), TOY)
    assert codes(caught.value) == ["unknown-field"]
