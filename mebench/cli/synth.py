"""``mebench synth``."""

from pathlib import Path
from shlex import quote
from typing import Annotated, Literal

import typer
from typer import Option

from mebench.cli.output import echo

MIN_FRAME_BYTES = 20_000  # a lower bound for the size of a frame's file


def synth(
    output: Annotated[Path, Option("-o", "--output", help="The folder of the new data set.")],
    subjects: Annotated[int, Option(min=1, max=10_000, help="Number of subjects.")] = 8,
    videos: Annotated[int, Option(min=1, max=1000, help="Videos per subject.")] = 2,
    fps: Annotated[int, Option(min=10, max=1000, help="Frames per second.")] = 30,
    seconds: Annotated[float, Option(min=1, max=3600, help="Length of a video in seconds.")] = 11,
    intensity: Annotated[
        tuple[float, float],
        Option(
            metavar="LO HI",
            help="Range of the micro-expressions' intensity; 1 is a full action unit.",
        ),
    ] = (0.15, 0.45),
    noise: Annotated[float, Option(min=0, max=50, help="Sensor noise in gray levels.")] = 1.5,
    seed: Annotated[
        int, Option(min=0, max=2**63 - 1, help="Another seed gives other subjects.")
    ] = 1,
    layout: Annotated[
        Literal["png", "jpg"], Option("--format", help="png is lossless, jpg is smaller.")
    ] = "png",
    jobs: Annotated[
        int | None,
        Option(min=1, max=256, help="Number of processes; default: all cores, at most 4."),
    ] = None,
    resume: Annotated[bool, Option("--resume", help="Complete an interrupted run.")] = False,
) -> None:
    """Write a data set of rendered faces with known expressions, in the generic layout."""
    from mebench.datasets.contract import DatasetGenerator
    from mebench.datasets.frames.file_storage import check_space, estimate, free_space, size_on_disk
    from mebench.datasets.generic.writer import check_folder, write_dataset
    from mebench.datasets.registry import adapter
    from mebench.util.atomic_write import write_text
    from mebench.util.system import usable_cores
    from mebench.util.terminal import show_progress
    from mebench.util.text import format_bytes

    generator = adapter("synthetic")
    assert isinstance(generator, DatasetGenerator)
    low, high = intensity
    if not 0.01 <= low <= high <= 1:  # below 0.01 nothing visible moves
        raise typer.BadParameter(
            f"{low:g} {high:g} is out of range: 0.01 <= LO <= HI <= 1.", param_hint="--intensity"
        )
    if not resume:  # fail early: the better estimate below has to prepare all subjects
        check_space(output, MIN_FRAME_BYTES * subjects * videos * fps * seconds)
    dataset = generator.generate(
        subjects=subjects,
        videos=videos,
        fps=fps,
        seconds=seconds,
        intensity=intensity,
        noise=noise,
        seed=seed,
    )
    check_folder(dataset, output, image_format=layout, resume=resume)
    processes = jobs or min(4, usable_cores())
    size_estimate = estimate(dataset.videos(), f".{layout}")
    echo(
        f"{dataset.id}: {size_estimate.to_text(processes)}; "
        f"{format_bytes(free_space(output))} free.",
        err=True,
    )
    check_space(output, size_estimate.size - (size_on_disk(output) if resume else 0))
    try:
        with show_progress("Rendering frames", size_estimate.frames) as advance:
            write_dataset(
                dataset,
                output,
                image_format=layout,
                jobs=processes,
                resume=resume,
                progress=advance,
                title=f"Rendered faces, seed {seed}",
                licence="CC0 1.0",
            )
    except KeyboardInterrupt:
        echo("Stopped. Run the same command with --resume to continue.", err=True)
        raise typer.Exit(130) from None
    write_text(output / "events.csv", generator.events_as_csv(dataset))
    echo(
        f"Wrote {dataset.id} to {output}; to use it, pass --root {quote(f'generic={output}')}.",
        err=True,
    )
