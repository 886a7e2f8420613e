"""What was spotted in a user's videos: a table of one, a summary of several, and pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import Findings, MebenchError
from mebench.formats.native_json import read_submission
from mebench.formats.writers import as_csv, report_unfit_text
from mebench.models.submission import SUBMISSION_FORMAT, is_spotted
from mebench.runner.user_videos import UserVideo
from mebench.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.datasets.contract import Image
    from mebench.plots.score_curves import ScoredVideo


@dataclass(frozen=True, slots=True)
class SpottedVideo:
    """The prediction for a user's video: the row of the submission, and what the picture shows.

    A curve has one score per frame; ``thumbnails`` are some apex frames by their numbers.
    """

    row: dict[str, Any]
    fps: float
    n_frames: int
    curves: Mapping[str, NDArray[np.floating[Any]]]
    thumbnails: Mapping[int, Image]

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The intervals at or above the video's threshold."""
        threshold = self.row.get("score_threshold")
        return [interval for interval in self.row["intervals"] if is_spotted(interval, threshold)]

    @property
    def strongest(self) -> dict[str, Any] | None:
        """The spotted interval with the highest score; without scores, the first."""
        return max(
            self.chosen, key=lambda interval: interval.get("score") or -math.inf, default=None
        )

    def as_text(self) -> str:
        """Return a table of the spotted intervals, in frames and seconds."""
        grid = Grid(["onset", "apex", "offset", "seconds", "score", "emotion"], "rrrrrl")
        for interval in self.chosen:
            onset, offset = interval["onset"], interval["offset"]
            apex, score = interval.get("apex"), interval.get("score")
            grid.rows.append(
                [
                    str(onset),
                    None if apex is None else str(apex),
                    str(offset),
                    f"{onset / self.fps:.2f}–{offset / self.fps:.2f}",
                    None if score is None else f"{score:.4f}",
                    interval.get("emotion"),
                ]
            )
        if not grid.rows:
            return "No expression was spotted.\n"
        return "\n".join(grid.as_text(indent="")) + "\n"

    def picture(self, system: str) -> ScoredVideo:
        """Return the content of the picture: curves, intervals and apex frames."""
        from mebench.plots.score_curves import Interval, ScoredVideo, Thumbnail

        emotions = {interval.get("apex"): interval.get("emotion") for interval in self.chosen}
        return ScoredVideo(
            title=f"{system}: {self.row['subject']}/{self.row['video']}",
            n_frames=self.n_frames,
            predictions=[
                Interval(*map(interval.get, ("onset", "offset", "apex", "score", "emotion")))
                for interval in self.row["intervals"]
            ],
            # The smoothed curve is drawn last, on top of the others.
            curves=dict(sorted(self.curves.items(), key=lambda item: item[0] == "smoothed")),
            threshold=self.row.get("score_threshold"),
            fps=self.fps,
            thumbnails=[
                Thumbnail(frame, image, emotions.get(frame) or "")
                for frame, image in self.thumbnails.items()
            ],
        )


def summary_text(
    videos: Sequence[UserVideo],
    spotted: Mapping[UserVideo, SpottedVideo],
    failed: Mapping[UserVideo, MebenchError],
    width: int,
) -> str:
    """Return a table of several videos: their lengths, and the strongest expression of each.

    Where the emotion would be, a video that failed has the codes of its errors.
    """
    header = ["subject", "video", "frames", "fps", "found", "strongest", "score"]
    header.append("emotion, or error" if failed else "emotion")
    grid = Grid(header, "llrrrrrl", optional=("subject", "fps", "frames"))
    for video in videos:
        names: list[str | None] = [video.subject, video.video]
        if video in failed:
            codes = dict.fromkeys(f"[{one.code}]" for one in failed[video].diagnostics)
            grid.rows.append([*names, *[None] * 5, " ".join(codes)])
            continue
        found = spotted[video]
        best = found.strongest or {}
        score = best.get("score")
        grid.rows.append(
            [
                *names,
                str(found.n_frames),
                f"{found.fps:g}",
                str(len(found.chosen)),
                f"{best['onset']}–{best['offset']}" if best else None,
                None if score is None else f"{score:.4f}",
                best.get("emotion"),
            ]
        )
    return "\n".join(grid.as_text("", width, "--format json")) + "\n"


def summary_json(
    videos: Sequence[UserVideo],
    spotted: Mapping[UserVideo, SpottedVideo],
    failed: Mapping[UserVideo, MebenchError],
) -> dict[str, Any]:
    """Return the summary for programs: for each video its spotted intervals, or its errors."""
    rows: list[dict[str, Any]] = []
    for video in videos:
        row = {"path": str(video.path)} | video.ids()
        if video in failed:
            row["errors"] = [one.as_dict() for one in failed[video].diagnostics]
        else:
            found = spotted[video]
            row |= {"n_frames": found.n_frames, "fps": found.fps, "intervals": found.chosen}
            row["strongest"] = found.strongest
        rows.append(row)
    return {"videos": rows, "failed": len(failed)}


def spotted_csv(videos: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of a submission as CSV, with the spotted intervals only.

    A CSV cannot state the threshold of each video, so intervals below it are left out.

    Raises
    ------
    MebenchError
        ``csv-unfit-text`` if a CSV cannot contain an id.
    """
    rows = [
        {
            "subject": row["subject"],
            "video": row["video"],
            "intervals": [
                one for one in row["intervals"] if is_spotted(one, row.get("score_threshold"))
            ],
        }
        for row in videos
    ]
    document = {"format": SUBMISSION_FORMAT, "protocol": "", "system": {"name": "?"}}
    findings = Findings()
    table = read_submission(document | {"videos": rows}, None, findings)
    report_unfit_text(table, samples=False, findings=findings)
    findings.raise_errors()
    return as_csv(table, samples=False)
