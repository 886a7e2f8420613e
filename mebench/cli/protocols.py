"""``mebench protocols``: list protocols, show one, and write your own."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_protocols
from mebench.cli.output import echo_text, print_or_write
from mebench.util.atomic_write import to_json_text
from mebench.util.terminal import stdout_width

protocols = options.command_group(
    "List the protocols that come with mebench, show one or write your own.",
    invoke_without_command=True,
)


@protocols.callback()
def listing(ctx: typer.Context) -> None:
    """List the protocols that come with mebench, show one or write your own."""
    if ctx.invoked_subcommand is not None:
        return
    from mebench.protocols.listing import available
    from mebench.tables.grid import Grid

    grid = Grid(
        ["protocol", "task", "subjects", "videos", "samples", "title"],
        "llrrrl",
        optional=["task", "samples", "videos", "subjects"],
    )
    for info in available():
        counts = (info.subjects, info.videos, info.samples)
        cells = [None if count is None else str(count) for count in counts]
        grid.rows.append([info.id, info.task, *cells, info.title])
    echo_text("\n".join(grid.as_text("", stdout_width())))


@protocols.command()
def show(
    name: Annotated[
        str,
        Argument(metavar="ID", help="The id of a protocol.", autocompletion=complete_protocols),
    ],
    layout: Annotated[Literal["text", "json", "toml"], Option("--format")] = "text",
) -> None:
    """Show one protocol: its rules and the counts it expects.

    With --format toml it is a file for --protocol, with comments.
    """
    from mebench.protocols.loader import load_protocol
    from mebench.protocols.protocol_file import protocol_as_toml
    from mebench.tables.rendering import protocol_as_text

    protocol = load_protocol(name)
    if layout == "json":
        echo_text(to_json_text(protocol.model_dump(mode="json")))
    elif layout == "toml":
        print_or_write(protocol_as_toml(protocol), None)
    else:
        echo_text(protocol_as_text(protocol))


FoldChoice = Literal["leave-one-subject-out", "leave-one-dataset-out", "k-fold", "holdout", "any"]

QUESTIONS = {
    "id": "Name and version, such as our-lab-str@1",
    "title": "Title",
    "task": "Task: spot, recognize or spot-then-recognize",
    "datasets": "Data sets, separated by commas",
    "classes": "Emotion classes, separated by commas",
}
FLAGS = {"id": "--id", "title": "--title", "task": "--task"}
FLAGS |= {"datasets": "--dataset", "classes": "--class"}


@protocols.command()
def new(
    identifier: Annotated[str | None, Option("--id", help="Name and version: our-lab@1.")] = None,
    title: Annotated[str | None, Option(help="One line.")] = None,
    task: Annotated[
        Literal["spot", "recognize", "spot-then-recognize"] | None,
        Option(help="What a submission predicts."),
    ] = None,
    datasets: Annotated[
        list[str] | None, Option("--dataset", help="The id of a data set; repeatable.")
    ] = None,
    classes: Annotated[
        list[str] | None, Option("--class", help="An emotion class; repeatable.")
    ] = None,
    labels: Annotated[
        list[str] | None,
        Option("--label", help="A label of the truth and its class; repeatable.", metavar="L=C"),
    ] = None,
    excluded: Annotated[
        list[str] | None, Option("--exclude-label", help="A label that is left out; repeatable.")
    ] = None,
    targets: Annotated[
        list[str] | None,
        Option("--target", help="A kind to spot, micro or macro; repeatable. Default: micro."),
    ] = None,
    scope: Annotated[
        Literal["all", "with-target"], Option(help="The videos that are scored.")
    ] = "all",
    one_per_video: Annotated[
        bool, Option("--one-per-video", help="Each scored video has exactly one expression.")
    ] = False,
    folds: Annotated[FoldChoice, Option(help="The cross-validation.")] = "leave-one-subject-out",
    k: Annotated[int | None, Option("--k", help="k-fold: the number of folds.")] = None,
    seed: Annotated[int | None, Option(help="k-fold: assigns the subjects. Default: 0.")] = None,
    training: Annotated[
        list[str] | None, Option(help="holdout: a split to train on; repeatable.")
    ] = None,
    test: Annotated[list[str] | None, Option(help="holdout: a split to test; repeatable.")] = None,
    training_subjects: Annotated[
        list[str] | None, Option("--training-subject", help="holdout: the same by subject.")
    ] = None,
    test_subjects: Annotated[
        list[str] | None, Option("--test-subject", help="holdout: the same by subject.")
    ] = None,
    truth: Annotated[
        Path | None, Option(help="A truth whose counts the protocol shall expect.")
    ] = None,
    output: options.Output = None,
) -> None:
    """Write a protocol of your own, with comments; on a terminal it asks for what is missing."""
    from mebench.protocols.protocol_file import new_protocol, protocol_as_toml

    content: dict[str, Any] = {"id": identifier, "title": title, "task": task}
    content |= {"datasets": datasets or [], "classes": classes or []}
    _ask_for_missing(content)
    rules = {"label_map": _label_map(labels or []), "excluded_labels": excluded or []}
    used = {name: value for name, value in rules.items() if value}
    content["datasets"] = [{"id": name, **used} for name in content["datasets"]]
    content["folds"] = folds
    if folds == "k-fold":
        content["folds"] = {"type": folds, "k": k, "seed": seed or 0}
    elif folds == "holdout":
        content["folds"] = {
            "type": folds,
            "training": {"splits": training or [], "subjects": training_subjects or []},
            "test": {"splits": test or [], "subjects": test_subjects or []},
        }
    _refuse_unused(
        folds,
        {"k-fold": (k, seed), "holdout": (training, test, training_subjects, test_subjects)},
    )
    if content["task"] != "recognize":
        content["targets"] = list(targets or ["micro"])
        content |= {"video_scope": scope, "one_per_video": one_per_video}
    protocol = new_protocol(content)
    if truth is not None:
        from mebench.evaluation.expected_counts import expect_counts

        protocol = expect_counts(protocol, truth)
    print_or_write(protocol_as_toml(protocol), output)


def _ask_for_missing(content: dict[str, Any]) -> None:
    """Ask for missing values on a terminal; elsewhere they are an error."""
    from mebench.diagnostics import UsageError

    def missing() -> list[str]:
        needs_classes = content["task"] != "spot"
        return [
            name for name in QUESTIONS if not content[name] and (name != "classes" or needs_classes)
        ]

    if missing() and not sys.stdin.isatty():
        flags = ", ".join(FLAGS[name] for name in missing())
        raise UsageError.of(
            "protocol-incomplete",
            f"The protocol lacks {flags}.",
            "Pass them, or run the command on a terminal, where it asks.",
        )
    while names := missing():
        answer = typer.prompt(QUESTIONS[names[0]], err=True).strip()
        is_list = names[0] in {"datasets", "classes"}
        parts = [part.strip() for part in answer.split(",") if part.strip()]
        content[names[0]] = parts if is_list else answer


def _label_map(pairs: list[str]) -> dict[str, str]:
    """Return the classes of labels, given as ``Happy=positive``."""
    for pair in pairs:
        if not all(pair.partition("=")):
            raise typer.BadParameter(f"{pair!r} is not LABEL=CLASS", param_hint="--label")
    return {label: name for label, _, name in (pair.rpartition("=") for pair in pairs)}


def _refuse_unused(folds: str, given: dict[str, tuple[object, ...]]) -> None:
    """Refuse options of another cross-validation than the chosen one."""
    for name, values in given.items():
        if name != folds and any(value is not None for value in values):
            raise typer.BadParameter(f"options of {name} need --folds {name}", param_hint="--folds")
