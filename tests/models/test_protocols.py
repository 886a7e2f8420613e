"""The shipped protocols: each is what the standard's table says, number for number."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mebench.diagnostics import MebenchError, UsageError
from mebench.protocols.id_matching import canonical_id, subject_from_name
from mebench.protocols.label_mapping import EXCLUDED, ClassList
from mebench.protocols.loader import (
    is_shipped,
    load_protocol,
    load_shipped_protocol,
    prefer_shipped,
    protocol_digest,
    shipped_protocol_ids,
)

FOLDER = Path(__file__).parents[2] / "protocols"


class Row(NamedTuple):
    """A row of the standard's section 8."""

    task: str
    targets: list[str]
    scope: str
    one_per_video: bool
    classes: dict[str, int | None]
    outside: int | None
    counts: tuple[int | None, int | None, int | None]


STR = "spot-then-recognize"
MICRO, BOTH = ["micro"], ["macro", "micro"]
EMOTIONS_5 = {"disgust": 61, "happiness": 32, "surprise": 25, "repression": 27, "others": 99}
VIS = {"negative": 24, "positive": 28, "surprise": 19}

TABLE = {
    "casme2-str@1": Row(STR, MICRO, "with-target", True, {**EMOTIONS_5}, 0, (26, 244, 244)),
    "smic-hs-str@1": Row(
        STR,
        MICRO,
        "with-target",
        True,
        {"negative": 66, "positive": 51, "surprise": 40},
        0,
        (16, 157, 157),
    ),
    "smic-vis-str@1": Row(STR, MICRO, "with-target", True, {**VIS}, 0, (8, 71, 71)),
    "smic-nir-str@1": Row(
        STR,
        MICRO,
        "with-target",
        True,
        {"negative": 23, "positive": 28, "surprise": 20},
        0,
        (8, 71, 71),
    ),
    "casme-sq-str@1": Row(
        STR,
        MICRO,
        "with-target",
        False,
        {"negative": 21, "positive": 8, "surprise": 9},
        19,
        (14, 33, 57),
    ),
    "sammlv-str@1": Row(
        STR,
        MICRO,
        "with-target",
        False,
        {"negative": 92, "positive": 26, "surprise": 15},
        26,
        (29, 79, 159),
    ),
    "meview-str@1": Row(
        STR,
        MICRO,
        "with-target",
        True,
        {"negative": 9, "positive": 6, "surprise": 6},
        0,
        (14, None, 21),
    ),
    "casme3-str@1": Row(
        STR,
        MICRO,
        "with-target",
        False,
        {"negative": 457, "positive": 55, "surprise": 187, "others": 161},
        0,
        (94, 463, 860),
    ),
    "megc2019-cde@1": Row(
        "recognize",
        [],
        "all",
        False,
        {"negative": 250, "positive": 109, "surprise": 83},
        0,
        (68, 442, 442),
    ),
    "megc2020-spot-casme-sq@1": Row("spot", BOTH, "all", False, {}, None, (22, None, 357)),
    "megc2020-spot-sammlv@1": Row("spot", BOTH, "all", False, {}, None, (30, 147, 502)),
    "synthetic-str@1": Row(
        STR,
        MICRO,
        "all",
        False,
        {"negative": 18, "positive": 17, "surprise": 17},
        0,
        (8, 16, 52),
    ),
}


def test_all_of_the_table_ship() -> None:
    """The shipped ones are those of the standard; more may come."""
    assert set(TABLE) <= set(shipped_protocol_ids())


@pytest.mark.parametrize("name", TABLE)
def test_row(name: str) -> None:
    row, protocol = TABLE[name], load_protocol(name)
    assert protocol.id == name
    assert (protocol.task, protocol.targets, protocol.video_scope, protocol.one_per_video) == (
        row.task,
        row.targets,
        row.scope,
        row.one_per_video,
    )
    assert protocol.classes == list(row.classes)
    expected = protocol.expected
    assert expected.classes == {name: one for name, one in row.classes.items() if one is not None}
    assert (expected.subjects, expected.videos, expected.samples) == row.counts
    if row.outside is not None:
        assert (expected.outside_classes or 0) == row.outside
    assert protocol.folds == "leave-one-subject-out"


@pytest.mark.parametrize("name", TABLE)
def test_samples_add_up(name: str) -> None:
    expected = load_protocol(name).expected
    if expected.classes:
        assert sum(expected.classes.values()) + (expected.outside_classes or 0) == expected.samples
    parts = [one.expected for one in load_protocol(name).datasets if one.expected]
    if parts:
        assert sum(part.samples or 0 for part in parts) == expected.samples
        assert sum(part.subjects or 0 for part in parts) == expected.subjects
        for label, number in expected.classes.items():
            assert sum(part.classes[label] for part in parts) == number


def test_the_composite_s_data_sets() -> None:
    protocol = load_protocol("megc2019-cde")
    counts = {
        one.id: (one.expected.subjects, *one.expected.classes.values())
        for one in protocol.datasets
        if one.expected
    }
    assert counts == {
        "smic-hs-short": (16, 70, 51, 43),
        "casme2": (24, 88, 32, 25),
        "samm": (28, 92, 26, 15),
    }


@pytest.mark.parametrize(
    ("protocol", "dataset", "label", "expected"),
    [
        ("casme2-str", "casme2", "Fear ", "left out"),
        ("casme2-str", "casme2", "sadness", "left out"),
        ("casme2-str", "casme2", "Others", "others"),
        *(
            ("sammlv-str", "sammlv", one, "negative")
            for one in ("Anger", "contempt", "disgust", "fear", "sadness")
        ),
        ("sammlv-str", "sammlv", "Happiness", "positive"),
        ("sammlv-str", "sammlv", "other", None),
        ("meview-str", "meview", "contempt", "negative"),
        *(("casme3-str", "casme3", one, "negative") for one in ("disgust", "fear", "anger", "sad")),
        ("casme3-str", "casme3", "happy", "positive"),
        ("casme3-str", "casme3", "Others", "others"),
        ("casme-sq-str", "casme-sq", "others", None),
        ("megc2019-cde", "casme2", "repression", "negative"),
        ("megc2019-cde", "casme2", "fear", "left out"),
        ("megc2019-cde", "samm", "fear", "negative"),
        ("megc2019-cde", "smic-hs-short", "positive", "positive"),
    ],
)
def test_label_maps(protocol: str, dataset: str, label: str, expected: str | None) -> None:
    classes = ClassList(load_protocol(protocol))
    place = classes.index(dataset, label)
    found = "left out" if place == EXCLUDED else None if place < 0 else classes.names[place]
    assert found == expected


def test_named_exclusions() -> None:
    named = {
        name: {(one.subject, one.video) for one in dataset.exclusions}
        for name in ("casme2-str", "megc2019-cde")
        for dataset in load_protocol(name).datasets
        if dataset.id == "casme2"
    }
    assert named == {
        "casme2-str": {("sub04", "EP12_01f"), ("sub12", "EP09_06")},
        "megc2019-cde": {("sub04", "EP12_01f"), ("sub05", "EP09_05f")},
    }
    for dataset in load_protocol("casme2-str").datasets:
        assert all(one.reason for one in dataset.exclusions)


@pytest.mark.parametrize("name", TABLE)
def test_subjects_of_every_data_set_may_be_bare_numbers(name: str) -> None:
    for dataset in load_protocol(name).datasets:
        if dataset.subjects.numbers:
            assert (
                canonical_id(dataset.subjects, "01") == canonical_id(dataset.subjects, "1") == "1"
            )
        for prefix in dataset.subjects.prefixes:
            assert canonical_id(dataset.subjects, f"{prefix}7") == canonical_id(
                dataset.subjects, "7"
            )
            assert canonical_id(dataset.subjects, f"{prefix}x") == f"{prefix}x"
        if dataset.subject_in_video is not None:
            assert subject_from_name(dataset, "006_1") == "006"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_is_named_by_its_id(path: Path) -> None:
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    assert path.name == f"{content['id']}.toml"
    assert is_shipped(load_protocol(path)), "a shipped file is known as such under its path too"


def test_a_name_without_version_is_the_newest() -> None:
    assert load_protocol("casme2-str") is load_protocol("casme2-str@1")


def test_a_changed_protocol_is_a_user_s_own() -> None:
    shipped = load_protocol("casme2-str@1")
    same = shipped.model_copy(update={"title": "Another title"})
    assert prefer_shipped(same) is shipped, "titles are no rules"
    other = shipped.model_copy(update={"one_per_video": False})
    assert not is_shipped(other)
    assert prefer_shipped(other) is other
    assert protocol_digest(other) != protocol_digest(shipped)


@pytest.mark.parametrize(
    "name",
    ["casme2-st", "", "../protocols/casme2-str@1", "x" * 5000, "a\0b", "casme2-str@01", "@1"],
)
def test_unknown_names(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_protocol(name)
    assert [one.code for one in caught.value.diagnostics] == ["unknown-protocol"]
    assert len(str(caught.value)) < 500
    if name == "casme2-st":
        assert "Did you mean 'casme2-str@1'" in str(caught.value)


def test_a_name_in_a_file_is_never_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes((FOLDER / "casme2-str@1.toml").read_bytes())
    assert is_shipped(load_protocol(path))
    with pytest.raises(MebenchError) as caught:
        load_shipped_protocol(str(path))
    assert [one.code for one in caught.value.diagnostics] == ["unknown-protocol"]


def test_frame_rates_are_those_of_the_data_sets() -> None:
    """Times in seconds become frames by them."""
    from mebench.datasets.registry import adapter

    rates = {
        dataset.id: dataset.fps
        for protocol in map(load_protocol, shipped_protocol_ids())
        for dataset in protocol.datasets
        if dataset.fps is not None
    }
    assert rates["sammlv"] == 200 and rates["casme-sq"] == 30
    known = {id_: adapter(id_).extent for id_ in rates}
    assert rates == {id_: extent and extent.fps for id_, extent in known.items()}
