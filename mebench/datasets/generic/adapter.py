"""Read a folder in the generic layout: its truth, its settings, and the location of each video."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.datasets.contract import Adapter, Dataset, Video
from mebench.datasets.frames.frame_folder import FolderVideo
from mebench.datasets.frames.scan_directory import entries, is_folder
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES, FileVideo
from mebench.datasets.generic.metadata_files import PROTOCOL_FILE, DatasetSettings, read_settings
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TRUTH_FORMAT, TruthManifest, TruthVideo
from mebench.util.text import did_you_mean


class GenericDataset(Dataset):
    """An opened folder.

    Attributes
    ----------
    id : str
        What ``dataset.toml`` or the truth calls it, or ``generic``.
    root : Path
        The folder.
    settings : DatasetSettings
        What the folder says of itself.
    truth_file : Path
        Where the truth was read.
    protocol_file : Path or None
        The folder's own protocol, for a run that is given no other.
    """

    def __init__(
        self,
        identifier: str,
        root: Path,
        settings: DatasetSettings,
        truth_file: Path,
        truth: TruthManifest,
        videos: Sequence[Video],
    ) -> None:
        self.id, self.root, self.settings = identifier, root, settings
        self.truth_file, self._truth, self._videos = truth_file, truth, videos
        own = root / PROTOCOL_FILE
        self.protocol_file = own if own.is_file() else None

    def truth(self) -> TruthManifest:
        """Return the truth."""
        return self._truth

    def videos(self) -> Sequence[Video]:
        """Return the videos."""
        return self._videos


FRAMES, VIDEOS = "frames", "videos"

VideoIds = tuple[str, str]


def is_unfit_as_file_name(identifier: str) -> bool:
    """Tell whether an id cannot be the name of a file."""
    return (
        identifier.startswith(".")
        or identifier != identifier.strip()
        or "/" in identifier
        or "\\" in identifier
        or not identifier.isprintable()
        or len(identifier.encode("utf-8", "surrogatepass")) > 200
    )


def report_unfit(truth: TruthManifest, file: str, findings: Findings) -> None:
    """Report the ids of a truth that cannot be names of files.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    file : str
        Its file, for the findings.
    findings : Findings
        Takes them in.
    """
    for name in dict.fromkeys(
        one
        for video in truth.videos
        for one in (video.subject, video.video)
        if is_unfit_as_file_name(one)
    ):
        findings.error(
            "id-unfit",
            f"The id {name[:80]!r} cannot be the name of a file.",
            "Rename the subject or video, in the truth and on disk.",
            Place(file=file),
        )


def find_videos(
    root: Path, truth: TruthManifest, dataset: str, settings: DatasetSettings, findings: Findings
) -> list[Video]:
    """Return the videos of a truth whose frames are there, in its order.

    Parameters
    ----------
    root : Path
        The data set's folder.
    truth : TruthManifest
        Names them.
    dataset : str
        The data set's id.
    settings : DatasetSettings
        What the folder says of itself.
    findings : Findings
        Takes in videos without frames, with two places, and frames without truth.
    """
    places = _places(root, findings)
    wanted = {(one.subject, one.video) for one in truth.videos}
    spare = {unit: paths for unit, paths in places.items() if unit not in wanted}
    videos: list[Video] = []
    for one in truth.videos:
        paths = places.get((one.subject, one.video), [])
        here = Place(file=str(root), subject=one.subject, video=one.video)
        if not paths:
            findings.error(
                "video-without-frames",
                "There is no folder of frames and no video file for the video."
                + did_you_mean("/".join((one.subject, one.video)), map("/".join, spare)),
                "The frames lie in frames/SUBJECT/VIDEO/, or in videos/SUBJECT/VIDEO.mp4.",
                here,
            )
        elif len(paths) > 1:
            named = " and ".join(str(path.relative_to(root)) for path in paths)
            findings.error(
                "frames-ambiguous", f"The video lies in {named}.", "Remove all but one.", here
            )
        else:
            videos.append(_video(paths[0], one, dataset, settings))
    for (subject, video), paths in spare.items():
        findings.warning(
            "frames-without-truth",
            "The truth does not name the video, and its frames were ignored.",
            "Is it missing in the truth? A video without expressions belongs there too.",
            Place(file=str(paths[0]), subject=subject, video=video),
        )
    return videos


def _video(path: Path, one: TruthVideo, dataset: str, settings: DatasetSettings) -> Video:
    fps = one.fps if one.fps is not None else settings.fps
    if path.is_dir():
        return FolderVideo(
            path,
            dataset=dataset,
            subject=one.subject,
            video=one.video,
            fps=fps,
            origin=settings.first_frame,
        )
    return FileVideo(
        path,
        dataset=dataset,
        subject=one.subject,
        video=one.video,
        fps=fps,
        n_frames=one.n_frames,
    )


def _places(root: Path, findings: Findings) -> dict[VideoIds, list[Path]]:
    """Return all folders and video files that can be a video's, by subject and video."""
    found: dict[VideoIds, list[Path]] = {}
    for base in (root / FRAMES, root / VIDEOS, root):
        for subject in entries(base, findings):
            if not is_folder(subject) or (base == root and subject.name in {FRAMES, VIDEOS}):
                continue
            for entry in entries(Path(subject.path), findings):
                path = Path(entry.path)
                if is_folder(entry):
                    found.setdefault((subject.name, entry.name), []).append(path)
                elif path.suffix.lower() in VIDEO_SUFFIXES:
                    found.setdefault((subject.name, path.stem), []).append(path)
    return found


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
    from mebench.formats.loader import read_truth
    from mebench.formats.writers import to_truth_manifest

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
