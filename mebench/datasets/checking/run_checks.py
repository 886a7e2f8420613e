"""Check a data set: open as much as possible of a copy, count its contents, run all checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from mebench.datasets.checking.check_result import CheckedCount, CheckResult, Inventory, Verdict
from mebench.datasets.checking.video_check import check_videos
from mebench.datasets.contract import Adapter, Dataset, Extent, Video
from mebench.datasets.dataset_paths import root_of
from mebench.datasets.generic.metadata_files import protocol_for
from mebench.datasets.registry import adapter as registered_adapter
from mebench.datasets.registry import guarded
from mebench.datasets.summary import expressions_by_kind
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.expected_counts import CountComparison
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import (
    is_shipped,
    load_protocol,
    prefer_shipped,
    shipped_protocol_ids,
)
from mebench.util.arguments import check_argument
from mebench.util.system import usable_cores

ShowProgress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


def check(
    dataset: str | Adapter | Dataset,
    root: str | Path | None = None,
    *,
    protocols: Sequence[str | Path | Protocol] | None = None,
    deep: bool = False,
    jobs: int | None = None,
) -> CheckResult:
    """Check a data set as ``mebench datasets check`` does: truth, counts, and files of all videos.

    The problems of the data set are in the result; they are not raised.

    Parameters
    ----------
    dataset : str, Adapter or Dataset
        The id of a data set, an adapter (which need not be installed), or an opened data set.
    root : str or Path, optional
        The folder of the data set; by default the configured one.
    protocols : sequence of str, Path or Protocol, optional
        The protocols whose expected counts are compared; by default those that use the data set.
    deep : bool
        Decode every frame; find unreadable, frozen and duplicate ones.
    jobs : int, optional
        With ``deep``: the number of videos that are decoded at the same time; by default one per
        core.

    Returns
    -------
    CheckResult
        Contents, counts and findings; ``print`` shows all of it.

    Raises
    ------
    UsageError
        If there is no such data set, protocol or folder.

    Examples
    --------
    >>> bool(mebench.datasets.check("synthetic"))
    True
    """
    known = isinstance(dataset, str | Adapter | Dataset)
    check_argument("dataset", dataset, known, "an id, an Adapter or a Dataset")
    is_folder = root is None or isinstance(root, str | Path)
    check_argument("root", root, is_folder, "the path of a folder or None")
    is_sequence = protocols is None or not isinstance(protocols, str | Path | Protocol)
    check_argument("protocols", protocols, is_sequence, "a list of protocols or None")
    if isinstance(dataset, Dataset):
        found: Adapter = _AdapterOf(dataset)
    else:
        found = registered_adapter(dataset) if isinstance(dataset, str) else dataset
    folder = None
    if found.needs_root:
        folder = root_of(found.id, None if root is None else Path(root))
    return check_copy(found, folder, protocols=protocols, deep=deep, jobs=jobs or usable_cores())


class _AdapterOf(Adapter):
    """Gives a data set that is already open."""

    licence = obtain = ""
    needs_root = False

    def __init__(self, dataset: Dataset) -> None:
        self.id, self.title, self._dataset = dataset.id, dataset.title or "", dataset

    def open(self, root: Path | None) -> Dataset:
        return self._dataset


def _countable_frames(video: Video) -> int:
    try:
        return video.n_frames
    except MebenchError:
        return 0  # check_videos reports it


def check_copy(
    adapter: Adapter,
    folder: Path | None,
    *,
    protocols: Sequence[str | Path | Protocol] | None = None,
    deep: bool = False,
    jobs: int = 1,
    showing: ShowProgress = lambda _title, _steps: nullcontext(lambda _: None),
) -> CheckResult:
    """Check a copy, as far as it can be opened.

    Counts are compared with ``protocols``; by default with the size of the complete release and all
    protocols that use the data set. A deep check decodes and compares every frame, ``jobs`` videos
    at the same time. ``showing`` gets a title and the number of steps, and yields a function to
    advance. An error of the command, such as an unknown repair, is raised as UsageError.
    """
    loaded = [
        given if isinstance(given, Protocol) else load_protocol(given) for given in protocols or ()
    ]
    checkup = CheckResult(adapter.id)
    try:
        with guarded(adapter):
            _run(checkup, adapter, folder, loaded, deep, jobs, showing)
    except MebenchError as error:
        if error.exit_status != 1:
            raise
        checkup.findings.extend_from(error)
    return checkup


def _run(
    checkup: CheckResult,
    adapter: Adapter,
    folder: Path | None,
    protocols: list[Protocol],
    deep: bool,
    jobs: int,
    showing: ShowProgress,
) -> None:
    findings = checkup.findings
    dataset = adapter.survey(folder, findings)
    truth = dataset.truth()
    checkup.found = Inventory(
        folder=None if folder is None else str(folder),
        sheets=[str(file) for file in dataset.truth_files],
        subjects=len({video.subject for video in truth.videos}),
        videos=len(truth.videos),
        videos_with_frames=len(dataset.videos()),
        expressions=expressions_by_kind(truth),
        samples=len(truth.samples),
        frames=sum(map(_countable_frames, dataset.videos())),
    )
    checkup.dataset, checkup.repairs = dataset.id, dataset.applied_repairs
    # The adapter may have reported intervals outside their video already, with the row.
    by_row = any(finding.code == "frame-outside-video" for finding in findings.kept)
    check_truth(dataset, truth, findings)
    if not protocols:
        if dataset.id == adapter.id:
            extent = dataset.extent or adapter.extent
            checkup.counts += compare_with_extent(dataset, truth, extent, findings)
        own = dataset.protocol_file or adapter.protocol_file
        if own is not None:
            protocols.append(load_protocol(own))
        protocols += protocols_of(dataset.id, truth)
    for protocol in protocols:
        checkup.counts += compare_with_protocol(truth, protocol, findings)
        checkup.compared.append(protocol.id)
    with showing("Checking videos", len(truth.videos)) as advance:
        readable = check_videos(dataset, truth, findings, advance, intervals=not by_row)
    if deep:
        from mebench.datasets.checking.frame_content_check import decode_all_frames

        n_frames = sum(video.n_frames for video in readable)
        with showing("Decoding frames", n_frames) as advance:
            checkup.deep = decode_all_frames(readable, findings, jobs, advance)


def check_truth(dataset: Dataset, truth: TruthManifest, findings: Findings) -> None:
    """Report the problems of a truth that do not depend on a protocol, with the copy's file."""
    protocol = prefer_shipped(protocol_for(truth, dataset.id, dataset.id))
    _, new_findings = _counts_by_protocol(truth, protocol)
    file = next(iter(dataset.truth_files), None)
    for finding in new_findings.kept:
        place = replace(finding.place, file=None if file is None else str(file), pointer=None)
        findings.add(replace(finding, place=place))


def _counts_by_protocol(
    truth: TruthManifest, protocol: Protocol
) -> tuple[list[CountComparison], Findings]:
    """Read a truth under a protocol; return the expected and found counts, and the findings."""
    from mebench.evaluation.expected_counts import compare_counts
    from mebench.evaluation.ground_truth import build_truth
    from mebench.evaluation.inputs import check_task
    from mebench.formats.loader import read_truth

    findings = Findings()
    try:
        sheet = read_truth(truth, findings)
        check_task(sheet, protocol, findings)
        return compare_counts(build_truth(sheet, protocol, findings)), findings
    except MebenchError as error:
        findings.extend_from(error)
        return [], findings


def protocols_of(dataset: str, truth: TruthManifest) -> list[Protocol]:
    """Return the shipped protocols that use a data set and can score a truth."""
    return [
        protocol
        for protocol in map(load_protocol, shipped_protocol_ids())
        if any(listed.id == dataset for listed in protocol.datasets) and _can_score(protocol, truth)
    ]


def _can_score(protocol: Protocol, truth: TruthManifest) -> bool:
    """Return whether a truth has what a protocol is about: a copy may lack a sheet."""
    rows = truth.videos if protocol.spots else truth.samples
    if protocol.labels == "objective-class":
        return any(sample.objective_class is not None for sample in truth.samples)
    rule = protocol.holdout
    if rule is not None and rule.test is not None and rule.test.splits:
        return bool({row.split for row in rows} & {*rule.test.splits})
    kinds = {interval.get("kind") for video in truth.videos for interval in video.intervals or ()}
    return bool(rows) and (not kinds or kinds >= {*protocol.targets})


def compare_with_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CheckedCount]:
    """Compare the counts of a truth with a protocol; for a composite, of this data set only."""
    if truth.dataset is not None and protocol.dataset(truth.dataset) is None:
        ids = ", ".join(dataset.id for dataset in protocol.datasets)
        message = f"{protocol.id} does not score the data set {truth.dataset[:80]!r}."
        remedy = f"It scores {ids}. Correct the id in the protocol or of the data set."
        findings.error("wrong-dataset", message, remedy)
        return []
    counts, new_findings = _counts_by_protocol(truth, protocol)
    known = {(finding.code, finding.message) for finding in findings.kept}
    for finding in new_findings.kept:
        # Shipped protocols leave out labels on purpose; one's own may have a spelling error.
        is_shown = finding.severity == "error" or (
            finding.code == "truth-outside-classes" and not is_shipped(protocol)
        )
        if is_shown and (finding.code, finding.message) not in known:
            findings.add(replace(finding, place=replace(finding.place, pointer=None)))
    listed = protocol.dataset(truth.dataset or "")
    part = None if listed is None else listed.id
    checked = [
        _compare(protocol.id, count.counted, count.is_class, count.expected, count.found)
        for count in counts
        if not protocol.is_composite or count.dataset == part
    ]
    _report_differences(protocol.id, checked, "the release that the protocol is for", findings)
    return checked


def compare_with_extent(
    dataset: Dataset, truth: TruthManifest, extent: Extent, findings: Findings
) -> list[CheckedCount]:
    """Compare the counts of a truth with the size of the complete release."""
    kinds = [interval.get("kind") for video in truth.videos for interval in video.intervals or []]
    expressions = len(kinds)
    # Some releases count micro-expressions only: the others are in a separate spreadsheet.
    if expressions != extent.expressions and kinds.count("micro") == extent.expressions:
        expressions = kinds.count("micro")
    counts = {
        "subjects": (extent.subjects, len({video.subject for video in truth.videos})),
        "videos": (extent.videos, len(truth.videos)),
        "expressions": (extent.expressions, expressions),
    }
    checked = []
    for name, (expected, found) in counts.items():
        if expected is None:
            continue
        count = _compare(None, name, False, expected, found)
        # A spreadsheet does not name videos without expressions: only the frames show them.
        if count.verdict == "missing" and name != "expressions" and not dataset.videos():
            count = replace(count, verdict="unknown")
        checked.append(count)
    _report_differences(dataset.id, checked, "the latest release", findings)
    return checked


def _compare(
    protocol: str | None, counted: str, is_class: bool, expected: int, found: int
) -> CheckedCount:
    verdict: Verdict = "same"
    if found != expected:
        verdict = "missing" if found < expected else "extra"
    return CheckedCount(protocol, counted, is_class, expected, found, verdict)


def _report_differences(
    identifier: str, counts: Sequence[CheckedCount], release: str, findings: Findings
) -> None:
    for count in counts:
        if count.verdict in {"missing", "extra"}:
            message = f"{identifier}: {count.counted} {count.found} instead of {count.expected}."
            remedy = f"Check that the copy is complete, and of {release}."
            findings.error("dataset-incomplete", message, remedy)
