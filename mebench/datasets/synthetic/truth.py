"""The truth of a synthetic set: known from its script, without rendering a frame."""

from __future__ import annotations

from mebench.datasets.synthetic.recipe import Recipe
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
