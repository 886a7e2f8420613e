"""Train and predict at several levels: the folds of the standard level, with other test videos.

A fold trains on seven people and tests the eighth, whose videos are those of every level. So one
training serves all levels, and no person is in the training and the test videos of a fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mebench.runner.contract import RunConfig
from mebench.runner.locations import DatasetLocation, video_key
from mebench.runner.registry import check_videos
from mebench.runner.runner import Runner
from mebench.runner.tasks import PrepareTask
from mebench.runner.types import Fold, UnseenSample, UnseenVideo
from mebench.stress.level_task import predict_levels
from mebench.stress.levels import LevelData
from mebench.util.hashing import digest


class LevelRunner(Runner):
    """A run of the standard level whose test videos are those of several levels.

    Parameters
    ----------
    config : RunConfig
        The run of the standard level.
    levels : sequence of LevelData
        The levels to test.
    retrain : bool
        Train on the level, which is then the only one.
    """

    def __init__(self, config: RunConfig, levels: Sequence[LevelData], *, retrain: bool) -> None:
        super().__init__(config, predict_levels)
        self.levels, self.retrain = list(levels), retrain
        check_videos(config.baseline, config.options, config.protocol, self._tested)
        self.folds = [self._at_levels(fold) for fold in self.folds]
        material = [
            [one.dataset, one.tested.digest, one.complete.digest if retrain else None]
            for one in levels
        ]
        self.plan = self.plan.model_copy(
            update={
                "datasets": [one.dataset for one in levels],
                "material": digest([self.plan.material, retrain, material], digits=16),
            }
        )

    @property
    def _tested(self) -> list[UnseenVideo]:
        return [video for level in self.levels for video in level.tested_videos()]

    @property
    def locations(self) -> Sequence[DatasetLocation]:
        """The standard level and the tested levels."""
        of_levels = [one.location for one in self.levels]
        return list(dict.fromkeys([*self.config.dataset_locations, *of_levels]))

    @property
    def videos(self) -> list[UnseenVideo]:
        """The training and the test videos."""
        training = self.levels[0].complete if self.retrain else self.run_data
        videos = [*map(UnseenVideo, training.distinct_videos), *self._tested]
        return list({video_key(video): video for video in videos}.values())

    @property
    def samples(self) -> list[UnseenSample]:
        """The training and the test samples."""
        training = self.levels[0].complete if self.retrain else self.run_data
        data = [training, *(one.tested for one in self.levels)]
        samples = [sample.without_emotion() for one in data for sample in one.samples]
        return list({(one.dataset, one.subject, one.id): one for one in samples}.values())

    def _preparations(self) -> list[PrepareTask]:
        """Order the videos by person: a worker draws a person once for all levels."""
        tasks = [
            replace(
                task,
                name=f"{task.video.dataset}/{task.name}",
                affinity=task.video.subject,
            )
            for task in super()._preparations()
        ]
        return sorted(tasks, key=lambda task: task.affinity)

    def _at_levels(self, fold: Fold) -> Fold:
        """Return a fold with the test videos of all levels."""
        people = {subject.subject for subject in fold.test_subjects}
        with_truth = self.config.baseline.needs_truth
        test = [
            video for one in self.levels for video in one.tested.videos if video.subject in people
        ]
        samples = [
            sample
            for one in self.levels
            for sample in one.tested.samples
            if sample.subject in people
        ]
        if self.retrain:
            own = self.levels[0].complete
            fold = replace(
                fold,
                training=tuple(one for one in own.videos if one.subject not in people),
                training_samples=tuple(one for one in own.samples if one.subject not in people),
            )
        return replace(
            fold,
            test=tuple(test) if with_truth else tuple(map(UnseenVideo, test)),
            test_samples=tuple(samples)
            if with_truth
            else tuple(sample.without_emotion() for sample in samples),
        )
