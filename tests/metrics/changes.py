"""All inputs that differ from a case in one field: every field of every file, rule and option.

``ALTERNATIVES`` has other values for each field; a test checks that no field is forgotten. Many of
the changed cases are not valid; those are refused, which is no concern here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.models.submission import (
    PredictedInterval,
    PredictedSample,
    PredictedVideo,
    Submission,
)
from mebench.models.table_mapping import TableMapping
from mebench.models.truth import (
    TruthEvent,
    TruthInterval,
    TruthManifest,
    TruthSample,
    TruthVideo,
)
from tests.metrics.documents import CLASSES, Document, micro

FRAMES = [0, 5, 12]
EMOTIONS = [*CLASSES, "happiness", "contempt", None]
THRESHOLDS = [None, 0.3, 0.7, {"micro": 0.7}, {"macro": 0.7}]

ALTERNATIVES: dict[Any, dict[str, list[Any]]] = {
    TruthInterval: {
        "onset": FRAMES,
        "offset": FRAMES,
        "apex": [*FRAMES, None],
        "kind": ["micro", "macro", None],
        "emotion": EMOTIONS,
        "order": [1, 2, 3],
    },
    TruthEvent: {"onset": FRAMES, "offset": FRAMES, "label": ["eye blink", "speech"]},
    TruthVideo: {
        "$comment": ["read by humans"],
        "dataset": ["toy", "other"],
        "subject": ["1", "2", "9"],
        "video": ["a", "b", "z"],
        "fps": [30.0, 200.0],
        "n_frames": [10, 24, 40, None],
        "split": ["training", "test"],
        "intervals": [[], [micro(2, 9, apex=5)]],
        "events": [[{"onset": 2, "offset": 9, "label": "eye blink"}]],
    },
    TruthSample: {
        "$comment": ["read by humans"],
        "dataset": ["toy", "other"],
        "subject": ["1", "2", "9"],
        "sample": ["a", "b", "z"],
        "video": ["a", None],
        "onset": [0, None],
        "apex": [1, None],
        "offset": [2, None],
        "emotion": EMOTIONS,
        "objective_class": CLASSES,
        "split": ["training", "test"],
    },
    TruthManifest: {
        "$schema": ["truth-1.json"],
        "$comment": ["read by humans"],
        "format": ["mebench-truth/1"],
        "dataset": ["toy", "other", None],
        "blind": [False, True],
        "repairs": [[{"repair": "swap", "done": "Swaps.", "rows": 1}]],
        "videos": [[]],
        "samples": [[]],
    },
    PredictedInterval: {
        "onset": FRAMES,
        "offset": [*FRAMES, 60],
        "apex": [*FRAMES, None],
        "score": [0.1, 0.5, 2, None],
        "kind": ["micro", "macro", None],
        "emotion": EMOTIONS,
        "emotion_scores": [dict.fromkeys(CLASSES, 0.5)],
    },
    PredictedVideo: {
        "$comment": ["read by humans"],
        "dataset": ["toy", "other"],
        "subject": ["1", "2", "9"],
        "video": ["a", "b", "z"],
        "score_threshold": THRESHOLDS,
        "intervals": [[], [micro(2, 9, score=0.5)], [micro(2, 9, apex=8), micro(2, 9)]],
    },
    PredictedSample: {
        "$comment": ["read by humans"],
        "dataset": ["toy", "other"],
        "subject": ["1", "2", "9"],
        "sample": ["a", "b", "z"],
        "emotion": EMOTIONS,
        "emotion_scores": [dict.fromkeys(CLASSES, 0.5)],
    },
    Submission: {
        "$schema": ["submission-1.json"],
        "$comment": ["read by humans"],
        "format": ["mebench-submission/1"],
        "protocol": ["other@1"],
        "system": [{"name": "another", "model_selection": "test"}],
        "folds": [
            None,
            [{"test": ["1"]}, {"test": ["2"]}, {"test": ["3"]}],
            [{"test": ["1", "2"]}, {"test": ["3"]}],
            [{"test": ["3", "2"], "seed": 5}, {"test": ["1"]}],
            [{"test": ["1", "2", "3"]}],
        ],
        "score_threshold": THRESHOLDS,
        "videos": [[]],
        "samples": [[]],
    },
    ProtocolDataset: {
        "id": ["toy", "other"],
        "also_named": [["other"]],
        "subjects": [{"numbers": True}],
        "videos": [{"prefixes": ["v"]}],
        "label_map": [{}, {"contempt": "negative"}],
        "excluded_labels": [["contempt"], ["surprise"]],
        "exclusions": [[{"subject": "1", "video": "a", "reason": "It is broken."}]],
        "alias_sets": [{"sheet": {"title": "its numbers", "subjects": {"names": {"1": "2"}}}}],
        "subject_in_video": ["(.)"],
        "fps": [25.0, 200.0],
        "expected": [{"subjects": 9}],
        "blind_videos": [[{"subject": "1", "video": "a", "n_frames": 10}]],
        "unlisted_videos": [2],
        "file": ["toy.csv"],
    },
    Protocol: {
        "id": ["str@2"],
        "title": ["Another title"],
        "description": ["Another description"],
        "task": ["spot", "spot-then-recognize", "recognize"],
        "targets": [["micro"], ["macro"], ["macro", "micro"], []],
        "video_scope": ["all", "with-target"],
        "one_per_video": [False, True],
        "first_expression_only": [False, True],
        "classes": [CLASSES[::-1], [*CLASSES, "contempt"]],
        "labels": ["emotion", "objective-class"],
        "folds": [
            *("leave-one-subject-out", "leave-one-dataset-out", "any"),
            {"type": "k-fold", "k": 2, "seed": 0},
            {
                "type": "holdout",
                "training": {"subjects": ["1"]},
                "test": {"splits": ["test"], "subjects": ["2", "3"]},
            },
        ],
        "datasets": [],
        "expected": [{"videos": 99}],
    },
}

OPTIONS: dict[str, list[Any]] = {
    "clip": [True],
    "outside_as": CLASSES,
    "allow_missing": [False, True],
    "kind": ["micro", "macro"],
    "score_threshold": [0.3, 0.7, {"micro": 0.6}],
    # These are for other formats; `test_signature_fixes_numbers` has a test of each.
    "first_frame": [0, 1],
    "truth_first_frame": [0, 1],
    "ids": ["sheet"],
    "truth_ids": ["sheet"],
    "dataset": ["toy", "other"],
    "log_order": ["predicted-truth", "truth-predicted"],
    "mapping": [TableMapping(labels={"contempt": "negative", "positive": "surprise"})],
    "truth_mapping": [TableMapping(labels={"contempt": "negative", "positive": "surprise"})],
}

ROWS: dict[Any, dict[str, Any]] = {
    TruthManifest: {"videos": TruthVideo, "samples": TruthSample},
    TruthVideo: {"intervals": TruthInterval, "events": TruthEvent},
    Submission: {"videos": PredictedVideo, "samples": PredictedSample},
    PredictedVideo: {"intervals": PredictedInterval},
    Protocol: {"datasets": ProtocolDataset},
}


def fields_of(model: Any) -> set[str]:
    """Return the names of a model's fields in JSON, or of the options."""
    if model is ScoringOptions:
        return set(ScoringOptions.__dataclass_fields__)
    if hasattr(model, "model_fields"):
        return {field.alias or name for name, field in model.model_fields.items()}
    return set(model.__annotations__)


def changed_documents(document: Document, model: Any) -> Iterator[tuple[str, Document]]:
    """Yield the name of the changed field and the document, for each change."""
    for name, values in ALTERNATIVES[model].items():
        for value in values:
            if name not in document or document[name] != value:
                yield f"{model.__name__}.{name}", {**document, name: value}
    for name, inner in ROWS.get(model, {}).items():
        rows = document.get(name) or []
        for index, row in enumerate(rows):
            before, after = rows[:index], rows[index + 1 :]
            yield f"{model.__name__}.{name}", {**document, name: [*before, *after]}
            for field, changed in changed_documents(row, inner):
                yield field, {**document, name: [*before, changed, *after]}


def changed_cases(case: Mapping[str, Any]) -> Iterator[tuple[str, Document]]:
    """Yield the name of the changed field and the case, for each change of a case."""
    models = {"truth": TruthManifest, "predictions": Submission, "protocol": Protocol}
    for part, model in models.items():
        for field, document in changed_documents(case[part], model):
            yield field, {**case, part: document}
    for name, values in OPTIONS.items():
        for value in values:
            options = {**case.get("options", {}), name: value}
            yield f"ScoringOptions.{name}", {**case, "options": options}
