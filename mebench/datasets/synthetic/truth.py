"""The truth of a synthetic set: known from its script, without rendering a frame.

``python -m mebench.datasets.synthetic.truth`` writes those of the presets anew; they are kept
beside this module, so that a submission can be scored without making them.
"""

from __future__ import annotations

from mebench.datasets.synthetic.recipe import PRESETS, Recipe
from mebench.datasets.synthetic.script import VideoScript, scripts_of
from mebench.records.truth import TRUTH_FORMAT, TruthInterval, TruthManifest, TruthVideo


def truth_of(recipe: Recipe) -> TruthManifest:
    """Return the truth manifest of a recipe: micro- and macro-expressions of every video."""
    return TruthManifest(
        format=TRUTH_FORMAT,
        dataset=recipe.id,
        videos=[_video(script, recipe) for script in scripts_of(recipe)],
    )


def _video(script: VideoScript, recipe: Recipe) -> TruthVideo:
    intervals: list[TruthInterval] = [
        {
            "onset": action.onset,
            "apex": action.apex,
            "offset": action.offset,
            "kind": action.kind,
            "emotion": action.emotion,
        }
        for action in script.actions
        if action.kind != "trace"
    ]
    return TruthVideo(
        subject=script.subject,
        video=script.video,
        fps=float(recipe.fps),
        n_frames=script.n_frames,
        intervals=intervals,
    )


def main() -> None:
    """Write the truths of the presets."""
    from pathlib import Path

    from mebench.files import to_json_text, write_text

    for recipe in PRESETS.values():
        path = Path(__file__).parent / "truths" / f"{recipe.id}.json"
        write_text(path, to_json_text(truth_of(recipe).to_json()))
        print(path.name)


if __name__ == "__main__":
    main()
