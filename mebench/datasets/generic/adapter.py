"""Opening a folder in the generic layout: its truth, its settings, and where each video lies."""

from __future__ import annotations

from pathlib import Path

from mebench.datasets.contract import Adapter
from mebench.datasets.generic.dataset import GenericDataset
from mebench.datasets.generic.layout import find_videos, report_unfit
from mebench.datasets.generic.settings import DatasetSettings, read_settings
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.records.truth import TRUTH_FORMAT, TruthManifest

TRUTH_FILES = ("truth.json", "truth.csv")


class GenericAdapter(Adapter):
    """Any data set that lies in the generic layout."""

    id = "generic"
    title = "A folder of your own"
    licence = "your own"
    obtain = "Put frames and a truth into one folder: see the data sets page of the documentation."

    def open(self, root: Path | None) -> GenericDataset:
        """Open a folder.

        Raises
        ------
        MebenchError
            With everything that is wrong with its truth, and every video without frames.
        """
        findings = Findings()
        dataset = self.survey(root, findings)
        findings.raise_errors()
        return dataset

    def survey(self, root: Path | None, findings: Findings) -> GenericDataset:
        """Open what there is of a folder.

        Parameters
        ----------
        root : Path
            The folder.
        findings : Findings
            Takes in what is wrong.

        Raises
        ------
        MebenchError
            If there is no truth to go by.
        """
        assert root is not None
        settings = read_settings(root, findings)
        path = truth_file(root)
        truth = _read_truth(path, settings, findings)
        identifier = _identifier(truth, settings, path, findings)
        truth = truth.model_copy(
            update={
                "dataset": identifier,
                "videos": [
                    one.model_copy(update={"dataset": None, "fps": one.fps or settings.fps})
                    for one in truth.videos
                ],
            }
        )
        report_unfit(truth, str(path), findings)
        videos = find_videos(root, truth, identifier, settings, findings)
        return GenericDataset(identifier, root, settings, path, truth, videos)


def truth_file(root: Path) -> Path:
    """Return the one truth file of a folder.

    Raises
    ------
    MebenchError
        ``truth-file-needed`` if there is none, or more than one.
    """
    found = [root / name for name in TRUTH_FILES if (root / name).exists()]
    if len(found) != 1:
        raise MebenchError.of(
            "truth-file-needed",
            "There are both truth.json and truth.csv in the folder."
            if found
            else "There is neither truth.json nor truth.csv in the folder.",
            "Remove one." if found else "Is the folder one level too high or too deep?",
            Place(file=str(root)),
        )
    return found[0]


def _read_truth(path: Path, settings: DatasetSettings, findings: Findings) -> TruthManifest:
    from mebench.formats.convert import to_truth_manifest
    from mebench.formats.reading import read_truth

    is_json = path.suffix == ".json"
    try:
        sheet = read_truth(
            path, findings, first_frame=None if is_json else settings.truth_first_frame
        )
    except MebenchError as error:
        findings.extend_from(error)
        raise MebenchError(findings.kept, findings.omitted) from None
    findings.raise_errors()
    if not sheet.videos:
        raise MebenchError.of(
            "wrong-task" if sheet.samples else "truth-file-needed",
            "The truth names no video.",
            "It names the subject and video of every expression, and each video without any.",
            Place(file=str(path)),
        )
    record = to_truth_manifest(sheet, path)
    return TruthManifest(
        format=TRUTH_FORMAT, dataset=record.dataset, blind=record.blind, videos=record.videos
    )


def _identifier(
    truth: TruthManifest, settings: DatasetSettings, path: Path, findings: Findings
) -> str:
    """Return the data set's id; truth and ``dataset.toml`` must not contradict each other."""
    named = {one.dataset or truth.dataset for one in truth.videos} - {None}
    if len(named) > 1:
        names = ", ".join(repr(one)[:80] for one in sorted(filter(None, named)))
        findings.error(
            "dataset-mixed",
            f"The truth speaks of several data sets: {names}.",
            "Give each a folder of its own.",
            Place(file=str(path)),
        )
    elif settings.id is not None and named - {settings.id}:
        findings.error(
            "dataset-mixed",
            f"The truth is that of {next(iter(named))!r}, and dataset.toml says {settings.id!r}.",
            "Mend the one that is wrong.",
            Place(file=str(path)),
        )
    return settings.id or next(filter(None, sorted(filter(None, named))), GenericAdapter.id)
