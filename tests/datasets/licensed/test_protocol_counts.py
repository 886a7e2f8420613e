"""The counts that protocols expect, compared with the real sheets if they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.casme2 import Casme2
from mebench.datasets.licensed.casme3 import Casme3
from mebench.datasets.licensed.casme3_part_c import Casme3PartC
from mebench.datasets.licensed.casme_sq import CasmeSq
from mebench.datasets.licensed.dfme import Dfme
from mebench.datasets.licensed.samm import Samm
from mebench.datasets.registry import merge_truths
from mebench.diagnostics import Findings
from mebench.evaluation.expected_counts import compare_counts
from mebench.evaluation.ground_truth import build_truth
from mebench.evaluation.inputs import check_task
from mebench.formats.native_json import read_truth
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol
from tests.datasets.licensed.shared import (
    CASME2,
    CASME2_OBJECTIVE,
    CASME3,
    CASME3_C,
    CASME3_COMBINED,
    CASME_SQ,
    DFME,
    SAMM,
)

Opened = dict[type[LicensedAdapter], TruthManifest]

SHEETS: dict[type[LicensedAdapter], list[Path]] = {
    Casme2: [CASME2, CASME2_OBJECTIVE],
    Samm: [SAMM],
    Casme3: [CASME3, CASME3_COMBINED],
    Casme3PartC: [CASME3_C],
    CasmeSq: [CASME_SQ],
    Dfme: [DFME / "training_full_with_AU.xlsx", DFME / "testA_full_with_AU.xlsx"],
}

SOURCES: dict[str, list[type[LicensedAdapter]]] = {
    "casme2-recog-5": [Casme2],
    "samm-recog-5": [Samm],
    "casme3-recog-3": [Casme3],
    "casme3-recog-4": [Casme3],
    "casme3-recog-7": [Casme3],
    "casme3-spot": [Casme3],
    "casme3c-recog-4": [Casme3PartC],
    "dfme-recog-7-test-a": [Dfme],
    "megc2018-cde": [Casme2, Samm],
    "megc2018-hde": [Casme2, Samm],
    "megc2019-spot-casme-sq": [CasmeSq],
}


@pytest.fixture(scope="module")
def truth_of(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[list[type[LicensedAdapter]]], TruthManifest]:
    """Return the truth of data sets; each copy of sheets is opened once."""
    opened = {}

    def merged(adapters: list[type[LicensedAdapter]]) -> TruthManifest:
        for adapter in adapters:
            missing = [str(sheet) for sheet in SHEETS[adapter] if not sheet.exists()]
            if missing:
                pytest.skip(f"missing: {', '.join(missing)}")
            if adapter not in opened:
                folder = tmp_path_factory.mktemp("sheets") / "data" / "copy"
                folder.mkdir(parents=True)
                for sheet in SHEETS[adapter]:
                    (folder / sheet.name).symlink_to(sheet)
                opened[adapter] = adapter().open(folder)
        return merge_truths([opened[adapter] for adapter in adapters])

    return merged


def differences(truth: TruthManifest, protocol: Protocol) -> tuple[list[str], int]:
    """Return the counts that differ, and the number of those that were compared."""
    findings = Findings()
    table = read_truth(truth.to_json(), None, findings)
    check_task(table, protocol, findings)
    counts = compare_counts(build_truth(table, protocol, findings))
    findings.raise_errors()
    return [str(count) for count in counts if count.found != count.expected], len(counts)


@pytest.mark.parametrize("name", SOURCES)
def test_the_real_sheets_have_the_expected_counts(
    name: str, truth_of: Callable[[list[type[LicensedAdapter]]], TruthManifest]
) -> None:
    found, compared = differences(truth_of(SOURCES[name]), load_protocol(name))
    assert found == []
    assert compared >= 2


def test_samm_of_megc2019(
    truth_of: Callable[[list[type[LicensedAdapter]]], TruthManifest],
) -> None:
    """The clips of a video, with the frames of the sheet, are the expressions of the challenge."""
    videos: dict[tuple[str, str], list[dict[str, int]]] = {}
    for clip in truth_of([Samm]).videos:
        key = (clip.subject, clip.video.rpartition("_")[0])
        videos.setdefault(key, []).extend(
            {"onset": one["onset"], "offset": one["offset"]} for one in clip.intervals or ()
        )
    rows = [
        {"subject": subject, "video": video, "intervals": intervals}
        for (subject, video), intervals in videos.items()
    ]
    truth = TruthManifest.model_validate(
        {"format": "mebench-truth/1", "dataset": "samm-megc2019", "videos": rows}
    )
    assert differences(truth, load_protocol("megc2019-spot-samm")) == ([], 3)


def test_a_sample_of_a_long_video_is_named_by_its_onset_in_the_sheet(
    truth_of: Callable[[list[type[LicensedAdapter]]], TruthManifest],
) -> None:
    samples = truth_of([Casme3]).samples
    assert (samples[0].subject, samples[0].sample, samples[0].onset) == ("spNO.1", "a_355", 354)
    assert len({(one.subject, one.sample) for one in samples}) == len(samples) == 860
