"""The options of a score as keyword arguments, shared by all functions and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from mebench.diagnostics import UsageError
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.mapping_file import MappingInput, load_mapping
from mebench.models.base import Kind
from mebench.models.submission import Threshold
from mebench.models.table_mapping import ColumnName
from mebench.util.text import did_you_mean


class ScoringKeywords(TypedDict, total=False):
    """The options of a score; those of the command line have the same names with hyphens.

    Attributes
    ----------
    clip : bool
        Clip intervals that reach outside their video.
    outside_as : str
        The class to count for predicted emotions that are missing or outside the class list.
    allow_missing : bool
        Score a recognition protocol although samples have no prediction; they count as wrong.
    kind : {"micro", "macro"}
        The kind of expressions for which the data state none.
    score_threshold : float or dict
        The operating point: a number, or one number per kind.
    first_frame, truth_first_frame : {0, 1}
        The number of a video's first frame in predictions and in the truth; not for native JSON.
    ids, truth_ids : str
        The protocol's alias set of the ids in the predictions and in the truth.
    dataset : str
        The data set of predictions that name none.
    log_order : {"predicted-truth", "truth-predicted"}
        Which label comes first in a recognition log.
    mapping, truth_mapping : path, dict or TableMapping
        How to read a table: a mapping file, or a dict with its content.
    columns : dict
        The columns of the predictions: ``{"video": "clip", "onset": "start"}``; by name, or by
        number from 1. This and the following options complete ``mapping``.
    labels : dict
        The classes of labels in the predictions: ``{"Happy": "positive"}``.
    kinds : dict
        What a kind in the predictions is: ``{"1": "macro", "2": "micro"}``.
    decimal : {".", ","}
        The decimal separator of a table in a file.
    seconds : bool
        Whether the table has seconds in place of frames; ``fps`` makes them frames.
    fps : float or str
        Frames per second, for times in seconds: ``200`` or ``"30000/1001"``.
    header : bool
        Whether a table in a file begins with the names of its columns.
    """

    clip: bool
    outside_as: str | None
    allow_missing: bool
    kind: Kind | None
    score_threshold: Threshold | None
    first_frame: Literal[0, 1] | None
    truth_first_frame: Literal[0, 1] | None
    ids: str | None
    truth_ids: str | None
    dataset: str | None
    log_order: Literal["predicted-truth", "truth-predicted"] | None
    mapping: MappingInput | None
    truth_mapping: MappingInput | None
    columns: Mapping[str, ColumnName] | None
    labels: Mapping[str, str] | None
    kinds: Mapping[str, Kind] | None
    decimal: Literal[".", ","] | None
    seconds: bool | None
    fps: float | str | None
    header: bool | None


OF_MAPPING = ("columns", "labels", "kinds", "decimal", "seconds", "fps", "header")
"""The options that complete the mapping of the predictions."""


def scoring_options(keywords: Mapping[str, Any]) -> ScoringOptions:
    """Return the options that keyword arguments state.

    Raises ``wrong-argument`` for an unknown or wrong one, and all problems of a mapping.
    """
    for name in keywords:
        if name not in ScoringKeywords.__annotations__:
            raise UsageError.of(
                "wrong-argument",
                f"There is no option `{name}`."
                + did_you_mean(name, list(ScoringKeywords.__annotations__)),
                "Correct the call; `help(mebench.ScoringKeywords)` lists the options.",
            )
    given = dict(keywords)
    of_table = {name: given.pop(name) for name in OF_MAPPING if name in given}
    given["mapping"] = _completed(given.get("mapping"), of_table)
    given["truth_mapping"] = load_mapping(given.get("truth_mapping"), "truth_mapping")
    return ScoringOptions(**given)


def _completed(mapping: MappingInput | None, options: dict[str, Any]) -> Any:
    """Return a mapping with options in place of its values."""
    options = {name: value for name, value in options.items() if value not in (None, {})}
    loaded = load_mapping(mapping, "mapping")
    if not options:
        return loaded
    document = {} if loaded is None else loaded.to_json()
    for name, value in options.items():
        is_table = isinstance(value, Mapping)
        document[name] = {**document.get(name, {}), **value} if is_table else value
    return load_mapping(document)
