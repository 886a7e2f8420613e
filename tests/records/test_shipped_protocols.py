"""The protocols in ``protocols/`` say what the standard's table says."""

from __future__ import annotations

import pytest

from mebench import resources
from mebench.protocols import load, shipped_ids
from mebench.records.protocol import Protocol

# Section 8 of the standard: task, scope, one a video, subjects, videos, samples, classes, outside.
STR, SPOT = "spot-then-recognize", "spot"
FIVE = {"disgust": 61, "happiness": 32, "surprise": 25, "repression": 27, "others": 99}


def three(negative: int, positive: int, surprise: int) -> dict[str, int]:
    return {"negative": negative, "positive": positive, "surprise": surprise}


TABLE = {
    "casme2-str@1": (STR, "with-target", True, 26, 244, 244, FIVE, 0),
    "smic-hs-str@1": (STR, "with-target", True, 16, 157, 157, three(66, 51, 40), 0),
    "smic-vis-str@1": (STR, "with-target", True, 8, 71, 71, three(24, 28, 19), 0),
    "smic-nir-str@1": (STR, "with-target", True, 8, 71, 71, three(23, 28, 20), 0),
    "casme-sq-str@1": (STR, "with-target", False, 14, 33, 57, three(21, 8, 9), 19),
    "sammlv-str@1": (STR, "with-target", False, 29, 79, 159, three(92, 26, 15), 26),
    "meview-str@1": (STR, "with-target", True, 14, None, 21, three(9, 6, 6), None),
    "casme3-str@1": (
        *(STR, "with-target", False, 94, 463, 860),
        *({**three(457, 55, 187), "others": 161}, 0),
    ),
    "megc2019-cde@1": ("recognize", "all", False, 68, 442, 442, three(250, 109, 83), 0),
    "megc2020-spot-casme-sq@1": (SPOT, "all", False, 22, None, 357, {}, None),
    "megc2020-spot-sammlv@1": (SPOT, "all", False, 30, 147, 502, {}, None),
    "synthetic-str@1": (STR, "all", False, None, None, None, {}, None),
}


def test_every_protocol_of_the_standard_is_shipped_and_no_other() -> None:
    assert shipped_ids() == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_protocol_is_the_standards(name: str) -> None:
    protocol = load(name).protocol
    expected = protocol.expected
    assert TABLE[name] == (
        protocol.task,
        protocol.video_scope,
        protocol.one_per_video,
        expected.subjects,
        expected.videos,
        expected.samples,
        expected.classes,
        expected.outside_classes,
    )
    wanted = {SPOT: ["macro", "micro"], STR: ["micro"], "recognize": []}[protocol.task]
    assert protocol.targets == wanted
    assert protocol.folds == "leave-one-subject-out"


@pytest.mark.parametrize("name", TABLE)
def test_classes_and_outside_add_up_to_the_samples(name: str) -> None:
    expected = load(name).protocol.expected
    if expected.classes and expected.outside_classes is not None:
        assert sum(expected.classes.values()) + expected.outside_classes == expected.samples


def test_the_composite_adds_up_from_its_data_sets() -> None:
    protocol = load("megc2019-cde").protocol
    parts = [one.expected for one in protocol.datasets]
    counts = [(part.subjects, part.samples, part.classes) for part in parts if part is not None]
    assert counts == [
        (16, 164, three(70, 51, 43)),
        (24, 145, three(88, 32, 25)),
        (28, 133, three(92, 26, 15)),
    ]
    assert sum(subjects or 0 for subjects, _, _ in counts) == protocol.expected.subjects
    for name, number in protocol.expected.classes.items():
        assert sum(classes[name] for _, _, classes in counts) == number


@pytest.mark.parametrize("name", TABLE)
def test_file_name_is_the_id_and_the_newest_is_found(name: str) -> None:
    assert (resources.folder("protocols") / f"{name}.toml").is_file()
    assert load(name.partition("@")[0]).protocol.id == name
    assert load(name).shipped


def test_exclusions_have_reasons() -> None:
    excluded = [
        (name, one.subject, one.video, one.reason)
        for name in TABLE
        for dataset in load(name).protocol.datasets
        for one in dataset.exclusions
    ]
    assert [(name, subject, video) for name, subject, video, _ in excluded] == [
        ("casme2-str@1", "sub04", "EP12_01f"),
        ("casme2-str@1", "sub12", "EP09_06"),
        ("megc2019-cde@1", "sub04", "EP12_01f"),
        ("megc2019-cde@1", "sub05", "EP09_05f"),
    ]
    assert all(len(reason) > 20 for *_, reason in excluded)


def test_records_and_files_round_trip() -> None:
    for name in TABLE:
        protocol = load(name).protocol
        assert Protocol.model_validate(protocol.model_dump(mode="json")) == protocol
