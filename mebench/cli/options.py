"""Options that several commands share, and the parsing of their values."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Option

from mebench.cli.completion import complete_datasets, complete_metrics, complete_protocols
from mebench.cli.groups import SuggestingGroup

if TYPE_CHECKING:
    from mebench.models.submission import Threshold

PROTOCOL_HELP = "A protocol's id, or the path of your own .toml file."

Truth = Annotated[Path | None, Option("--truth", help="The truth file, in any known format.")]
ProtocolId = Annotated[
    str | None, Option("--protocol", help=PROTOCOL_HELP, autocompletion=complete_protocols)
]
RequiredProtocol = Annotated[
    str, Option("--protocol", help=PROTOCOL_HELP, autocompletion=complete_protocols)
]
Output = Annotated[Path | None, Option("-o", "--output", help="Write to this file.")]
Curves = Annotated[
    Path | None, Option("--curves", help="Scores per frame: .npz or CSV; checked, never scored.")
]
OwnMetrics = Annotated[
    list[str] | None,
    Option(
        "--metric",
        help="Also compute a metric of an installed package.",
        metavar="NAME",
        autocompletion=complete_metrics,
    ),
]
TextOrJson = Annotated[Literal["text", "json"], Option("--format")]

SystemName = Annotated[str | None, Option("--name", help="The system's name.", metavar="NAME")]
Selection = Annotated[
    Literal["none", "validation", "test", "unknown"] | None,
    Option("--model-selection", help="On which data epoch, threshold and settings were chosen."),
]
StatedFolds = Annotated[
    Literal["loso"] | None,
    Option("--folds", help="State leave-one-subject-out: a fold for each subject."),
]

RunFolder = Annotated[Path | None, Option("-o", "--output", help="The folder of the run.")]
RunSeed = Annotated[int, Option("--seed", min=0, help="The random seed of the run.")]
Jobs = Annotated[
    int | None,
    Option("--jobs", min=1, help="Number of processes; default: all cores, one on a GPU."),
]
FoldTimeout = Annotated[
    float | None,
    Option(
        "--fold-timeout",
        min=0.1,
        help="Time limit in seconds per fold, and per preparation of a video.",
    ),
]
FeatureStore = Annotated[Path | None, Option("--store", help="The folder of the feature cache.")]
Isolate = Annotated[
    bool,
    Option(
        "--isolate",
        help="Run the baseline in a sandbox without files and network (needs bubblewrap).",
    ),
]

FirstFrame = Literal["0", "1"] | None

SCORING_OPTIONS: dict[str, Any] = {
    "clip": Annotated[bool, Option("--clip", help="Clip intervals to their video.")],
    "outside_as": Annotated[
        str | None, Option(help="The class of predicted emotions that are not in the class list.")
    ],
    "allow_missing": Annotated[
        bool,
        Option(
            "--allow-missing",
            help="Recognition: score samples without a prediction as wrong; no board ranks this.",
        ),
    ],
    "kind": Annotated[
        Literal["micro", "macro"] | None,
        Option(help="The kind of expressions for which the file states none."),
    ],
    "score_threshold": Annotated[
        str | None, Option(help="The operating point: 0.5, or micro=0.5,macro=0.3.", metavar="T")
    ],
    "first_frame": Annotated[
        FirstFrame,
        Option(help="The number of the first frame in a prediction file of an external format."),
    ],
    "truth_first_frame": Annotated[
        FirstFrame,
        Option(help="The number of the first frame in a truth file of an external format."),
    ],
    "ids": Annotated[
        str | None,
        Option(
            "--ids",
            help="The protocol's alias set for the ids in a prediction file of an external format.",
            metavar="NAME",
        ),
    ],
    "truth_ids": Annotated[
        str | None,
        Option(
            "--truth-ids",
            help="The protocol's alias set for the ids in a truth file of an external format.",
            metavar="NAME",
        ),
    ],
    "dataset": Annotated[
        str | None,
        Option(
            "--dataset",
            help="The data set of rows that name none, in a prediction file of an external format.",
            metavar="ID",
            autocompletion=complete_datasets,
        ),
    ],
    "log_order": Annotated[
        Literal["predicted-truth", "truth-predicted"] | None,
        Option(help="The order of the labels in a MEGC2019 recognition log."),
    ],
    "truth_mapping": Annotated[
        Path | None, Option(help="A TOML file with how to read the truth, like --mapping.")
    ],
}

MAPPING_OPTIONS: dict[str, Any] = {
    "mapping": Annotated[
        Path | None,
        Option(help="A TOML file with how to read the table; other options go before it."),
    ],
    "columns": Annotated[
        list[str] | None,
        Option(
            help="The columns of the table by name or number: video=clip,onset=start,score=7.",
            metavar="FIELD=COLUMN,...",
        ),
    ],
    "label": Annotated[
        list[str] | None,
        Option(help="The class of a label in the file: Happy=positive.", metavar="LABEL=CLASS"),
    ],
    "decimal": Annotated[
        Literal[".", ","] | None, Option(help="The decimal separator; default: detected.")
    ],
    "seconds": Annotated[
        bool, Option("--seconds", help="The table has seconds; --fps makes them frames.")
    ],
    "fps": Annotated[
        str | None, Option(help="Frames per second, for times in seconds: 200 or 30000/1001.")
    ],
    "kind_column": Annotated[
        str | None, Option(help="The column with the kind, like --columns kind=NAME.")
    ],
    "kind_value": Annotated[
        list[str] | None,
        Option(help="What a kind in the file is: 1=macro, 2=micro.", metavar="VALUE=KIND"),
    ],
    "no_header": Annotated[
        bool, Option("--no-header", help="The table has no header: --columns has numbers.")
    ],
}
"""How to read a table of another laboratory; together they are one mapping."""


def command_group(help: str, **settings: Any) -> typer.Typer:
    """Return the app of a command that has commands of its own."""
    return typer.Typer(
        cls=SuggestingGroup, add_completion=False, rich_markup_mode=None, help=help, **settings
    )


_FLAGS = ("clip", "allow_missing", "seconds", "no_header")


def takes_scoring_options(*left_out: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds the scoring options to a command.

    The command receives them together, as its argument ``settings``.
    """
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if name in _FLAGS else None,
            annotation=annotation,
        )
        for name, annotation in (SCORING_OPTIONS | MAPPING_OPTIONS).items()
        if name not in left_out
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**given: Any) -> None:
            from mebench.api.keywords import scoring_options

            values = {parameter.name: given.pop(parameter.name) for parameter in added}
            for name in ("first_frame", "truth_first_frame"):
                values[name] = {None: None, "0": 0, "1": 1}[values.get(name)]
            values |= _mapping_keywords(**{name: values.pop(name) for name in MAPPING_OPTIONS})
            values["score_threshold"] = _parse_threshold(values.get("score_threshold"))
            command(**given, settings=scoring_options(values))

        signature = inspect.signature(command)
        own = [value for name, value in signature.parameters.items() if name != "settings"]
        vars(run)["__signature__"] = signature.replace(parameters=[*own, *added])
        # Typer resolves these, and the type of the settings is not imported for help or completion.
        run.__annotations__ = {
            name: hint for name, hint in command.__annotations__.items() if name != "settings"
        }
        return run

    return decorate


def _mapping_keywords(
    mapping: Path | None,
    columns: list[str] | None,
    label: list[str] | None,
    decimal: Literal[".", ","] | None,
    seconds: bool,
    fps: str | None,
    kind_column: str | None,
    kind_value: list[str] | None,
    no_header: bool,
) -> dict[str, Any]:
    """Return how to read a table, as keyword arguments of the Python functions."""
    of_fields = _pairs("--columns", [part for text in columns or () for part in text.split(",")])
    if kind_column is not None:
        of_fields["kind"] = kind_column
    return {
        "mapping": mapping,
        "columns": of_fields,
        "labels": _pairs("--label", label or []),
        "kinds": _pairs("--kind-value", kind_value or []),
        "decimal": decimal,
        "seconds": seconds or None,
        "fps": fps,
        "header": False if no_header else None,
    }


def _pairs(option: str, texts: list[str]) -> dict[str, str]:
    """Parse texts such as ``video=clip``; what is on the left may have an equals sign itself."""
    pairs = [text.rpartition("=") for text in texts]
    for text, (name, _, value) in zip(texts, pairs, strict=True):
        if not name.strip() or not value.strip():
            raise typer.BadParameter(f"{text!r} has not the form NAME=VALUE.", param_hint=option)
    return {name.strip(): value.strip() for name, _, value in pairs}


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
