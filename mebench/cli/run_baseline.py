"""``mebench run-baseline``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mebench.runner.run_config import RunConfig

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "run-baseline", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def run_baseline(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The baseline; --list lists them.")
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option("--dataset", metavar="ID", help="A data set's id; by default the protocol's."),
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option("--protocol", help="A protocol's id, or the path of your own .toml file."),
    ] = None,
    root: Annotated[
        list[str] | None,
        typer.Option("--root", metavar="[ID=]DIR", help="Where a data set lies."),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The run's folder.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The run's seed.")] = 0,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes at a time; default: all cores.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="tcp://…", help="Use the workers of a Dask cluster."),
    ] = None,
    folds: Annotated[
        str | None,
        typer.Option(
            "--folds", metavar="0,3-5", help="Only these folds, into a folder shared with others."
        ),
    ] = None,
    fold_timeout: Annotated[
        float | None,
        typer.Option(
            "--fold-timeout",
            min=0.1,
            help="Give a fold up after so many seconds; a video's preparation, too.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the folder.")
    ] = False,
    store: Annotated[
        Path | None, typer.Option("--store", help="Where prepared arrays are kept.")
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            "--study", metavar="NAME", help="Carry out a study of the baseline; --list names them."
        ),
    ] = None,
    final: Annotated[
        bool,
        typer.Option(
            "--final", help="Train once on all subjects, and keep the weights for `mebench spot`."
        ),
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="List the baselines, or the options of NAME.")
    ] = False,
) -> None:
    """Run a baseline under leave-one-subject-out, and score what it predicts.

    Without further options it runs on the synthetic data set that comes with mebench. A baseline's
    own options follow its name; `mebench run-baseline NAME --list` lists them.
    """
    if listing:
        from mebench.runner.registry import baselines_as_text, options_as_text

        typer.echo(baselines_as_text() if name is None else options_as_text(name))
        return
    if name is None:
        raise typer.BadParameter("Name a baseline; --list lists them.", param_hint="NAME")
    from mebench.runner.registry import baseline_class
    from mebench.runner.run_config import (
        RunConfig,
        choose_protocol,
        dataset_locations,
        options_from_arguments,
    )
    from mebench.util.system import usable_cores

    kind = baseline_class(name)
    options = options_from_arguments(kind, ctx.args)
    chosen, ids = choose_protocol(protocol, dataset or [], root or [])
    if final and study is not None:
        raise typer.BadParameter("A study trains no final weights.", param_hint="--final")
    if final and folds is not None:
        raise typer.BadParameter("Final weights take all subjects at once.", param_hint="--folds")
    what = f"-{study}" if study is not None else "-final" if final else ""
    request = RunConfig(
        baseline=kind,
        options=options,
        protocol=chosen,
        dataset_locations=dataset_locations(ids, root or []),
        folder=output or Path("runs") / f"{name}-{chosen.id.partition('@')[0]}{what}",
        seed=seed,
        jobs=jobs or usable_cores(),
        scheduler=scheduler,
        selection=folds,
        timeout=fold_timeout,
        resume=resume,
        store=store,
        given=_options_used(ctx),
    )
    with _report_interruption(request.folder):
        if study is not None:
            _run_study(study, request)
        elif final:
            _train_final(request)
        else:
            _run(request)


@contextmanager
def _report_interruption(folder: Path) -> Iterator[None]:
    """End with a line, not a traceback, where Ctrl-C stops what is being done."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Stopped. What is done is kept: --resume goes on with {folder}.", err=True)
        raise typer.Exit(130) from None


def _options_used(ctx: typer.Context) -> dict[str, Any]:
    """Return the command's options as plain data, those passed and those defaulted apart."""
    passed: dict[str, Any] = {}
    defaulted: dict[str, Any] = {}
    for name, value in ctx.params.items():
        source = ctx.get_parameter_source(name)
        kept = passed if source is not None and source.name == "COMMANDLINE" else defaulted
        if isinstance(value, list | tuple):
            kept[name] = [str(one) for one in value]
        else:
            kept[name] = str(value) if isinstance(value, Path) else value
    passed["baseline_arguments"] = list(ctx.args)
    return {"passed": passed, "defaulted": defaulted}


def _run(request: RunConfig) -> None:
    from mebench.runner.run import Run, describe_result, describe_run

    run = Run(request)
    typer.echo(describe_run(run), err=True)
    finished = run.execute()
    typer.echo(describe_result(run, finished), err=True)
    if finished.report is not None:
        from mebench.cli.output import print_or_write, should_use_bold
        from mebench.tables.rendering import report_as_text

        print_or_write(report_as_text(finished.report, bold=should_use_bold(None)), None)


def _run_study(name: str, request: RunConfig) -> None:
    from mebench.cli.output import print_or_write
    from mebench.runner.studies.study_registry import study

    shown = study(name, request, lambda line: typer.echo(line, err=True))
    files = shown.write(request.folder)
    typer.echo(f"Wrote {request.folder / files[0]}, {', '.join(files[1:])}.", err=True)
    print_or_write(shown.as_text(), None)


def _train_final(request: RunConfig) -> None:
    from mebench.runner.fold_runner import train_final

    folder = train_final(request)
    typer.echo(
        f"Wrote {folder / 'weights.json'} and weights.npz. On a video of your own:\n"
        f"mebench spot VIDEO --baseline {request.baseline.name} --weights {folder} -o preds.json",
        err=True,
    )
