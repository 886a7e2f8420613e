"""``mebench stress``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from mebench.cli.completion import complete_baselines, complete_protocols
from mebench.cli.groups import option_names
from mebench.cli.options import FeatureStore, FoldTimeout, Isolate, Jobs, RunFolder, RunSeed
from mebench.cli.output import echo, echo_text, print_or_write, report_interruption

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("stress", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def stress(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        Argument(metavar="NAME", help="The baseline.", autocompletion=complete_baselines),
    ] = None,
    factors: Annotated[
        str | None, Option(metavar="F1,F2,…", help="The factors; default: all, --list shows them.")
    ] = None,
    levels: Annotated[
        list[str] | None,
        Option(metavar="FACTOR=V1,V2,…", help="Other levels of a factor; repeat for several."),
    ] = None,
    retrain: Annotated[
        bool, Option("--retrain", help="Train on each level, not only on the standard level.")
    ] = False,
    videos: Annotated[
        int | None, Option(min=1, help="Test only the first videos of each person; default: all.")
    ] = None,
    budget: Annotated[
        float | None,
        Option(min=0.01, metavar="MINUTES", help="Start no new level after this time."),
    ] = None,
    protocol: Annotated[
        str | None,
        Option(
            help="A protocol of the synthetic data set; default: that for what the baseline does.",
            autocompletion=complete_protocols,
        ),
    ] = None,
    output: RunFolder = None,
    seed: RunSeed = 0,
    jobs: Jobs = None,
    fold_timeout: FoldTimeout = None,
    resume: Annotated[
        bool, Option("--resume", help="Continue the run in the folder, or add levels to it.")
    ] = False,
    store: FeatureStore = None,
    isolate: Isolate = False,
    listing: Annotated[bool, Option("--list", help="List the factors and their levels.")] = False,
) -> None:
    """Measure how a baseline responds to intensity, noise, frame rate and other factors.

    One factor at a time varies on rendered faces, everything else is as in the standard data set.
    Baselines have options of their own, as with run-baseline.
    """
    from mebench.stress.stress_config import choose_factors, factors_as_text

    if listing:
        echo_text(factors_as_text())
        return
    if name is None:
        raise typer.BadParameter("Give the name of a baseline.", param_hint="NAME")
    from mebench.runner.contract import RunConfig
    from mebench.runner.registry import baseline_class, default_jobs
    from mebench.runner.run_config import dataset_locations, options_from_arguments
    from mebench.stress.run_stress import run_stress
    from mebench.stress.stress_config import StressConfig, choose_stress_protocol
    from mebench.util.system import usable_cores

    kind = baseline_class(name)
    options = options_from_arguments(kind, ctx.args, option_names(ctx))
    scored = choose_stress_protocol(protocol, kind)
    ids = [dataset.id for dataset in scored.datasets]
    chosen = choose_factors(factors, levels or [], ids[0])
    run = RunConfig(
        baseline=kind,
        options=options,
        protocol=scored,
        dataset_locations=dataset_locations(ids, [], scored),
        folder=output or Path("runs") / f"{name}-stress{'-retrain' if retrain else ''}",
        seed=seed,
        jobs=jobs or default_jobs(kind, options) or usable_cores(),
        timeout=fold_timeout,
        resume=resume,
        store=store,
        isolate=isolate,
    )
    config = StressConfig(run, chosen, retrain, videos, None if budget is None else 60 * budget)
    with report_interruption(run.folder):
        text, files = run_stress(config, lambda line: echo_text(line, err=True))
    echo(f"Wrote {run.folder / files[0]}, {', '.join(files[1:])}.", err=True)
    print_or_write(text, None)
