"""``mebench synth``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

MIN_FRAME_BYTES = 20_000
"""No frame takes fewer bytes."""


def synth(
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write.")],
    subjects: Annotated[int, typer.Option(min=1, max=10_000, help="How many people.")] = 8,
    videos: Annotated[int, typer.Option(min=1, max=1000, help="How many videos of each.")] = 2,
    fps: Annotated[int, typer.Option(min=10, max=1000, help="Frames a second.")] = 30,
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="Length of a video.")] = 11,
    intensity: Annotated[
        tuple[float, float],
        typer.Option(metavar="LO HI", help="Of micro-expressions; 1 is a full action unit."),
    ] = (0.15, 0.45),
    noise: Annotated[
        float, typer.Option(min=0, max=50, help="Sensor noise, in grey levels.")
    ] = 1.5,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Another seed gives other people.")
    ] = 1,
    layout: Annotated[
        Literal["png", "jpg"], typer.Option("--format", help="Frames without loss, or small.")
    ] = "png",
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Number of processes; all cores, at most 4.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Complete an interrupted run.")] = False,
) -> None:
    """Write a data set of rendered faces with known expressions, in the generic layout."""
    from mebench.datasets.frames.file_storage import check_space, estimate, free_space, size_on_disk
    from mebench.datasets.generic.writer import check_folder, write_dataset
    from mebench.util.atomic_write import write_text
    from mebench.util.progress import show_progress
    from mebench.util.system import usable_cores
    from mebench.util.text import format_bytes
    from mebench_synthetic.dataset import SyntheticDataset
    from mebench_synthetic.recipe import Recipe
    from mebench_synthetic.truth import events_as_csv

    low, high = intensity
    if not 0.01 <= low <= high <= 1:  # what is much weaker would be annotated and move nothing
        raise typer.BadParameter(
            f"{low:g} {high:g}: give 0.01 <= LO <= HI <= 1.", param_hint="--intensity"
        )
    if not resume:  # what cannot be; telling it better takes everybody's script
        check_space(output, MIN_FRAME_BYTES * subjects * videos * fps * seconds)
    recipe = Recipe.custom(
        subjects=subjects,
        videos=videos,
        fps=fps,
        seconds=seconds,
        intensity=intensity,
        noise=noise,
        seed=seed,
    )
    dataset = SyntheticDataset(recipe)
    check_folder(dataset, output, image_format=layout, resume=resume)
    processes = jobs or min(4, usable_cores())
    told = estimate(dataset.videos(), f".{layout}")
    typer.echo(
        f"{recipe.id}: {told.to_text(processes)}; {format_bytes(free_space(output))} are free.",
        err=True,
    )
    check_space(output, told.size - (size_on_disk(output) if resume else 0))
    try:
        with show_progress("Rendering frames", told.frames) as advance:
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
        typer.echo("Stopped. The same command with --resume goes on from here.", err=True)
        raise typer.Exit(130) from None
    write_text(output / "events.csv", events_as_csv(recipe))
    typer.echo(f"Wrote {recipe.id} to {output}: read it with --root generic={output}.", err=True)
