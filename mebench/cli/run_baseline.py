"""``mebench run-baseline``."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from mebench.cli.completion import complete_baselines, complete_datasets, complete_protocols
from mebench.cli.groups import option_names
from mebench.cli.options import FeatureStore, FoldTimeout, Isolate, Jobs, RunFolder, RunSeed
from mebench.cli.output import (
    echo,
    echo_text,
    print_or_write,
    report_interruption,
    should_use_bold,
)

if TYPE_CHECKING:
    from mebench.runner.contract import Baseline, RunConfig, Study

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "run-baseline", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def run_baseline(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        Argument(
            metavar="NAME",
            help="The baseline; --list lists them.",
            autocompletion=complete_baselines,
        ),
    ] = None,
    dataset: Annotated[
        list[str] | None,
        Option(
            metavar="ID",
            help="The id of a data set; default: those of the protocol.",
            autocompletion=complete_datasets,
        ),
    ] = None,
    protocol: Annotated[
        str | None,
        Option(
            help="A protocol's id, or the path of your own .toml file.",
            autocompletion=complete_protocols,
        ),
    ] = None,
    root: Annotated[
        list[str] | None, Option(metavar="[ID=]DIR", help="The folder of a data set.")
    ] = None,
    output: RunFolder = None,
    seed: RunSeed = 0,
    jobs: Jobs = None,
    scheduler: Annotated[
        str | None, Option(metavar="tcp://…", help="Run on the workers of a Dask cluster.")
    ] = None,
    folds: Annotated[
        str | None,
        Option(metavar="0,3-5", help="Run only these folds; several runs can share a folder."),
    ] = None,
    fold_timeout: FoldTimeout = None,
    resume: Annotated[bool, Option("--resume", help="Continue the run in the folder.")] = False,
    store: FeatureStore = None,
    study: Annotated[
        str | None, Option(metavar="NAME", help="Run a study of the baseline; --list lists them.")
    ] = None,
    sample: Annotated[
        list[str] | None,
        Option(
            metavar="SUBJECT/VIDEO@ONSET",
            help="An expression that a study shows instead of one per subject; repeat for several.",
        ),
    ] = None,
    sweep: Annotated[
        list[str] | None,
        Option(
            metavar="OPTION=V1,V2,…",
            help="Compare values of an option of the baseline; several make all combinations.",
        ),
    ] = None,
    grid: Annotated[
        str | None,
        Option(
            metavar="SPOTTERS x RECOGNIZERS",
            help="Combine every spotter with every recognizer: a,b x c,d.",
        ),
    ] = None,
    seeds: Annotated[
        int | None, Option(min=1, help="Run each setting with this number of seeds.")
    ] = None,
    debug: Annotated[
        bool,
        Option(
            "--debug",
            help="Run one fold in this process, for breakpoint() and complete tracebacks.",
        ),
    ] = False,
    isolate: Isolate = False,
    check_isolation: Annotated[
        bool,
        Option(
            "--check-isolation",
            help="Compare folds in processes of their own with folds in one process.",
        ),
    ] = False,
    final: Annotated[
        bool,
        Option(
            "--final", help="Train once on all subjects and keep the weights for `mebench spot`."
        ),
    ] = False,
    listing: Annotated[
        bool, Option("--list", help="List the baselines, or the options of NAME.")
    ] = False,
) -> None:
    """Run a baseline in the folds of the protocol and score its predictions.

    By default it runs on the synthetic data set that comes with mebench. A baseline can have
    options of its own; `mebench run-baseline NAME --list` lists them. SPOTTER+RECOGNIZER combines
    two methods: the intervals of the first, with the emotions of the second.
    """
    if listing and grid is not None:
        raise typer.BadParameter(
            "It cannot be combined with --grid; give --list after the name of a method.",
            param_hint="--list",
        )
    if listing:
        from mebench.runner.listing import baselines_as_text, options_as_text

        echo_text(baselines_as_text() if name is None else options_as_text(name))
        return
    from mebench.runner.contract import RunConfig
    from mebench.runner.registry import baseline_class, default_jobs
    from mebench.runner.run_config import choose_protocol, dataset_locations, options_from_arguments
    from mebench.util.system import usable_cores

    matrix = None
    if grid is not None:
        from mebench.runner.method_grid import MethodGrid, grid_baseline, parse_grid

        # In `--grid a,b x c,d` the shell makes three words.
        words = [*filter(None, [name]), *ctx.args]
        given = list(takewhile(lambda word: not word.startswith("-"), words))
        ctx.args = words[len(given) :]
        spotters, recognizers = parse_grid([grid, *given])
        matrix = MethodGrid("STRS of combined methods", spotters, recognizers, seeds or 1)
        kind: type[Baseline] = grid_baseline(spotters, recognizers)
        name = "grid"
    elif name is not None:
        kind = baseline_class(name)
    else:
        raise typer.BadParameter(
            "Give the name of a baseline; --list lists them.", param_hint="NAME"
        )
    options = options_from_arguments(kind, ctx.args, option_names(ctx))
    chosen, ids = choose_protocol(protocol, dataset or [], root or [], kind)
    compares = bool(sweep) or (seeds is not None and grid is None)
    chosen_modes = {
        "--study": study is not None,
        "--sweep": compares,
        "--grid": grid is not None,
        "--final": final,
        "--debug": debug,
        "--check-isolation": check_isolation,
    }
    modes = [mode for mode, is_chosen in chosen_modes.items() if is_chosen]
    if len(modes) > 1:
        raise typer.BadParameter(f"It cannot be combined with {modes[1]}.", param_hint=modes[0])
    if isolate and (scheduler is not None or debug):
        raise typer.BadParameter(
            "It cannot be combined with " + ("--debug." if debug else "--scheduler."),
            param_hint="--isolate",
        )
    if sample and study is None:
        raise typer.BadParameter("It needs a --study.", param_hint="--sample")
    if final and folds is not None:
        raise typer.BadParameter(
            "--final trains on all subjects, so it has no folds.", param_hint="--folds"
        )
    suffix = f"-{study}" if study is not None else f"-{modes[0].strip('-')}" if modes else ""
    suffix = "" if grid is not None else suffix
    config = RunConfig(
        baseline=kind,
        options=options,
        protocol=chosen,
        dataset_locations=dataset_locations(ids, root or [], chosen),
        folder=output or Path("runs") / f"{name}-{chosen.id.partition('@')[0]}{suffix}",
        seed=seed,
        jobs=jobs or default_jobs(kind, options) or usable_cores(),
        scheduler=scheduler,
        selection=folds,
        timeout=fold_timeout,
        resume=resume,
        store=store,
        isolate=isolate,
        samples=tuple(sample or ()),
        given=_options_used(ctx),
    )
    if debug:
        _debug(config)
        return
    with report_interruption(config.folder):
        if study is not None:
            from mebench.runner.listing import find_study

            found = find_study(kind, study)
            if sample and not found.shows_samples:
                raise typer.BadParameter(
                    f"The study {study} shows no single expressions.", param_hint="--sample"
                )
            _run_study(study, found, config)
        elif matrix is not None:
            _run_study("grid", matrix, config)
        elif compares:
            from mebench.runner.sweep import Sweep, settings_from_arguments

            settings = settings_from_arguments(kind, sweep or [])
            title = "Sweep of " + (", ".join(sweep) if sweep else "seeds")
            _run_study("sweep", Sweep(title, settings, seeds or 1), config)
        elif final:
            _train_final(config)
        elif check_isolation:
            from mebench.runner.isolation_check import check_isolation as check

            echo_text(check(config, lambda line: echo_text(line, err=True)))
        else:
            _run(config)


def _options_used(ctx: typer.Context) -> dict[str, Any]:
    """Return the options of the command as plain data: those passed, and the defaults."""
    passed: dict[str, Any] = {}
    defaulted: dict[str, Any] = {}
    for name, value in ctx.params.items():
        source = ctx.get_parameter_source(name)
        group = passed if source is not None and source.name == "COMMANDLINE" else defaulted
        if isinstance(value, list | tuple):
            group[name] = [str(item) for item in value]
        else:
            group[name] = str(value) if isinstance(value, Path) else value
    passed["baseline_arguments"] = list(ctx.args)
    return {"passed": passed, "defaulted": defaulted}


def _run(config: RunConfig) -> None:
    from mebench.runner.scored_run import describe_result, run_baseline

    result = run_baseline(config, lambda text: echo_text(text, err=True))
    echo_text(describe_result(config, result), err=True)
    if result.report is not None:
        from mebench.tables.rendering import report_as_text
        from mebench.util.terminal import stdout_width

        bold, width = should_use_bold(None), stdout_width()
        print_or_write(report_as_text(result.report, bold=bold, width=width), None)


def _debug(config: RunConfig) -> None:
    import traceback

    from mebench.runner.runner import Runner
    from mebench.util.atomic_write import to_json_text

    try:
        result = Runner(config).debug()
    except Exception:
        traceback.print_exc()  # also of errors that are otherwise reported as findings
        raise typer.Exit(1) from None
    echo_text(to_json_text(result.data))


def _run_study(name: str, study: Study, config: RunConfig) -> None:
    from mebench.runner.study import run_study
    from mebench.util.extras import require_package

    require_package("matplotlib")  # before the runs, not when their result is drawn
    result = run_study(name, study, config, lambda line: echo_text(line, err=True))
    files = result.write(config.folder)
    echo(f"Wrote {config.folder / files[0]}, {', '.join(files[1:])}.", err=True)
    print_or_write(result.as_text(), None)


def _train_final(config: RunConfig) -> None:
    from mebench.runner.weights import train_final

    folder = train_final(config)
    echo(f"Wrote {folder / 'weights.json'} and weights.npz. To spot in your own video:", err=True)
    echo(
        f"mebench spot VIDEO --baseline {quote(config.baseline.name)} "
        f"--weights {quote(str(folder))} -o preds.json",
        err=True,
    )
