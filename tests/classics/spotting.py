"""A fold of a spotting protocol with the videos of two synthetic people."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mebench.protocols.loader import load_protocol
from mebench.runner import Baseline, Fold, UnseenVideo, VideoPrediction, ignore_progress
from tests.mean.folds import people, prepared


def spotting_fold(store: Path, protocol: str = "synthetic-spot") -> Fold:
    """Return the fold that tests the second person, with the faces of both in its store."""
    first, second = people()
    test = (UnseenVideo(second),)
    return Fold(second.subject, load_protocol(protocol), (first,), test, (), (), 5, prepared(store))


def spot(baseline: Baseline, fold: Fold) -> VideoPrediction:
    """Prepare and predict the test video of a fold as a run does, and check what is common."""
    baseline.protocol = fold.protocol
    assert baseline.size(fold.test).disk >= sum(video.n_frames for video in fold.test) * 128 * 128
    for video in (*fold.training, *fold.test):
        baseline.prepare(UnseenVideo(video), fold.store, ignore_progress)
    [prediction] = baseline.predict(fold)
    assert isinstance(prediction, VideoPrediction)
    video = prediction.video
    for one in prediction.spotted:
        assert 0 <= one.onset <= one.offset < video.n_frames
        assert one.apex is not None and one.onset <= one.apex <= one.offset
        assert one.score is not None and one.kind in fold.protocol.targets
        assert one.emotion is None
    assert prediction.curves
    for curve in prediction.curves.values():
        assert curve.shape == (video.n_frames,)
        assert np.isfinite(curve).any()
    return prediction
