"""Options that several commands share, and the parsing of their values."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.submission import Threshold

Truth = Annotated[Path | None, typer.Option("--truth", help="The truth file, in any known format.")]
ProtocolId = Annotated[
    str | None,
    typer.Option("--protocol", help="A protocol's id, or the path of your own .toml file."),
]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")]
Clip = Annotated[bool, typer.Option("--clip", help="Clip intervals to their video.")]
OutsideAs = Annotated[
    str | None,
    typer.Option(
        "--outside-as", help="The class of predicted emotions that are not in the class list."
    ),
]
KindOption = Annotated[
    Literal["micro", "macro"] | None,
    typer.Option("--kind", help="The kind of expressions for which the file states none."),
]
ScoreThreshold = Annotated[
    str | None,
    typer.Option(
        "--score-threshold", help="The operating point: 0.5, or micro=0.5,macro=0.3.", metavar="T"
    ),
]
FirstFrame = Annotated[
    Literal["0", "1"] | None,
    typer.Option(
        "--first-frame",
        help="The number of the first frame in a prediction file of an external format.",
    ),
]
TruthFirstFrame = Annotated[
    Literal["0", "1"] | None,
    typer.Option(
        "--truth-first-frame",
        help="The number of the first frame in a truth file of an external format.",
    ),
]
LogOrder = Annotated[
    Literal["predicted-truth", "truth-predicted"] | None,
    typer.Option("--log-order", help="The order of the labels in a MEGC2019 recognition log."),
]


FRAMES: dict[str | None, Literal[0, 1] | None] = {None: None, "0": 0, "1": 1}


def collect_options(
    *,
    clip: bool = False,
    outside_as: str | None = None,
    kind: Literal["micro", "macro"] | None = None,
    score_threshold: str | None = None,
    first_frame: Literal["0", "1"] | None = None,
    truth_first_frame: Literal["0", "1"] | None = None,
    log_order: Literal["predicted-truth", "truth-predicted"] | None = None,
) -> ScoringOptions:
    """Return the values of these options as one object."""
    return ScoringOptions(
        clip=clip,
        outside_as=outside_as,
        kind=kind,
        score_threshold=_parse_threshold(score_threshold),
        first_frame=FRAMES[first_frame],
        truth_first_frame=FRAMES[truth_first_frame],
        log_order=log_order,
    )


def _parse_threshold(text: str | None) -> Threshold | None:
    """Parse ``0.5`` or ``micro=0.5,macro=0.3``."""
    if text is None:
        return None
    from math import isfinite

    try:
        if "=" not in text:
            number = float(text)
            if isfinite(number):
                return number
            raise ValueError
        pairs = [part.strip().split("=", 1) for part in text.split(",")]
        thresholds: dict[Literal["micro", "macro"], float] = {}
        for name, value in pairs:
            if name not in ("micro", "macro") or name in thresholds or not isfinite(float(value)):
                raise ValueError
            thresholds["micro" if name == "micro" else "macro"] = float(value)
        return thresholds
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a number nor micro=NUMBER,macro=NUMBER.",
            param_hint="--score-threshold",
        ) from None
