"""Published results: rows of a paper's tables, with the numbers as printed.

A number is kept as its printed text, because its number of digits states its precision. mebench
did not score these rows; each row states its paper and where the numbers were read.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mebench.models.base import Identifier, StrictModel
from mebench.models.leaderboard import Scope
from mebench.models.submission import ModelSelection

PUBLISHED_FORMAT = "mebench-published/1"

NUMBER_LENGTH = 40
COUNT_LIMIT = 10**9
CLASS_LIMIT = 100

TRUE_POSITIVE_METRICS = frozenset(
    {"accuracy", "analysis_precision", "analysis_recall", "analysis_f1", "uf1", "uar", "strs"}
)
ALL_INTERVAL_METRICS = frozenset(
    {
        *("accuracy_all", "analysis_all_precision", "analysis_all_recall", "analysis_all_f1"),
        *("uf1_all", "uar_all"),
    }
)

MetricId = Annotated[str, Field(min_length=1, max_length=40)]
GroupName = Annotated[str, Field(min_length=1, max_length=100)]
PrintedNumber = Annotated[
    str,
    Field(
        min_length=1,
        max_length=NUMBER_LENGTH,
        description="The number as printed, in quotes: .6516, or 53.52 %.",
    ),
]
ShortText = Annotated[str, Field(min_length=1, max_length=1000)]
ProtocolId = Annotated[str, Field(min_length=1, max_length=200)]
StatedCount = Annotated[int, Field(ge=0, le=COUNT_LIMIT)]

SampleList = Literal["protocol", "unknown"]
Analysis = Literal["true-positives", "all-intervals"]


class PublishedCounts(StrictModel):
    """The counts a paper states beside its rates; null is not stated."""

    subjects: StatedCount | None = Field(None, description="Subjects.")
    videos: StatedCount | None = Field(None, description="Videos.")
    samples: StatedCount | None = Field(
        None, description="Expressions that were there, or samples."
    )
    predictions: StatedCount | None = Field(None, description="Intervals that were predicted.")
    tp: StatedCount | None = Field(None, description="True positives of spotting.")
    fp: StatedCount | None = Field(None, description="False positives.")
    fn: StatedCount | None = Field(None, description="False negatives.")
    analysed: StatedCount | None = Field(
        None, description="Expressions whose emotion was analysed."
    )
    right: StatedCount | None = Field(None, description="Those whose emotion was named rightly.")
    classes: list[StatedCount] | None = Field(
        None,
        min_length=1,
        max_length=CLASS_LIMIT,
        description="The analysed of each class, in any order.",
    )


class Correction(StrictModel):
    """A number that would be right, where a printed one is not."""

    value: PrintedNumber = Field(description="The number that would be right.")
    reason: ShortText = Field(description="How that is known.")


class PublishedRow(StrictModel):
    """One method's published numbers under one protocol."""

    id: Identifier = Field(description="The row's name, unique in the file.")
    method: ShortText = Field(description="The method, as tables call it.")
    protocol: ProtocolId | None = Field(
        None, description="The protocol, where it is not that of the file."
    )
    year: int | None = Field(None, ge=1900, le=2200, description="Of publication; null: not known.")
    source: ShortText = Field(description="Where the numbers were read, with the table.")
    link_text: ShortText = Field(description="The source in a few words, for a table's cell.")
    paper: Identifier | None = Field(
        None, description="One name for all rows of the same paper: liong-2023."
    )
    table: Identifier | None = Field(None, description="The paper's table: Table 5.")
    tables: dict[MetricId, Identifier] = Field(
        default_factory=dict,
        description="From a metric to its table, where that is another than `table`.",
    )
    system: Identifier | None = Field(
        None,
        description=(
            "One name for the same run of the same method: its numbers are the same wherever they "
            "are repeated. Null: not known to be repeated."
        ),
    )
    label: Literal["author-reported", "literature"] = Field(
        "literature",
        description="Whether the authors gave the numbers to the board, or a paper printed them.",
    )
    scope: Scope | None = Field(
        None, description="Which videos were scored; null: not known, or no videos."
    )
    model_selection: ModelSelection = Field(
        "unknown", description="On what the model was chosen, as a submission states it."
    )
    analysis: Analysis | None = Field(
        None,
        description=(
            "What the table says its analysis is over: spotted true positives, or all intervals. "
            "Null: it says nothing, or has both."
        ),
    )
    sample_list: SampleList = Field(
        "protocol",
        description=(
            "Whether the numbers are over the samples that the protocol expects; unknown: nobody "
            "says so, and only the row's own counts can be relied on."
        ),
    )
    caveats: list[ShortText] = Field(default_factory=list, description="What a reader must know.")
    values: dict[GroupName, dict[MetricId, PrintedNumber]] = Field(
        default_factory=dict,
        description=(
            "From a group to metric to number. Groups: `headline`; `micro`, `macro` and `overall` "
            "where both are spotted; beside `headline` the data sets of a composite."
        ),
    )
    counts: dict[GroupName, PublishedCounts] = Field(
        default_factory=dict, description="From a group to the counts stated for it."
    )
    corrections: dict[MetricId, Correction] = Field(
        default_factory=dict, description="From a metric of the headline to what would be right."
    )

    @model_validator(mode="after")
    def _is_as_captioned(self) -> Self:
        named = {metric for values in self.values.values() for metric in values}
        if self.analysis == "true-positives" and named & ALL_INTERVAL_METRICS:
            raise ValueError("`analysis` says true-positives, and a metric is over all intervals")
        if self.analysis == "all-intervals" and named & TRUE_POSITIVE_METRICS:
            raise ValueError("`analysis` says all-intervals, and a metric is over true positives")
        return self


class PublishedFile(StrictModel):
    """Published rows: those of a leaderboard, or of a paper's table."""

    format: Literal["mebench-published/1"] = Field(description="What this file is.")
    title: ShortText | None = Field(None, description="What the rows are, for people.")
    protocol: ProtocolId | None = Field(
        None, description="The protocol of all rows that name none; with its version."
    )
    rows: list[PublishedRow] = Field(description="The rows.")

    @model_validator(mode="after")
    def _has_protocols(self) -> Self:
        for row in self.rows:
            if row.protocol is None and self.protocol is None:
                raise ValueError(f"the row {row.id!r} has no `protocol`, and the file has none")
        return self
