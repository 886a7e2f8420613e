"""Published results: rows of a paper's tables, with the numbers as printed.

Numbers are stored as printed text, because the number of digits states the precision. mebench did
not score these rows; each row states its paper and the table.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mebench.models.base import Identifier, StrictModel, empty_list
from mebench.models.leaderboard import Scope
from mebench.models.submission import ModelSelection

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
        description='The number as printed, in quotes: ".6516" or "53.52 %".',
    ),
]
ShortText = Annotated[str, Field(min_length=1, max_length=1000)]
ProtocolId = Annotated[str, Field(min_length=1, max_length=200)]
StatedCount = Annotated[int, Field(ge=0, le=COUNT_LIMIT)]

SampleList = Literal["protocol", "unknown"]
Analysis = Literal["true-positives", "all-intervals"]


class PublishedCounts(StrictModel):
    """The counts that a paper states in addition to its rates; null: not stated."""

    subjects: StatedCount | None = Field(None, description="Subjects.")
    videos: StatedCount | None = Field(None, description="Videos.")
    samples: StatedCount | None = Field(None, description="True expressions, or samples.")
    predictions: StatedCount | None = Field(None, description="Predicted intervals.")
    tp: StatedCount | None = Field(None, description="True positives of spotting.")
    fp: StatedCount | None = Field(None, description="False positives of spotting.")
    fn: StatedCount | None = Field(None, description="False negatives of spotting.")
    analysed: StatedCount | None = Field(
        None, description="Expressions whose emotion was analyzed."
    )
    right: StatedCount | None = Field(
        None, description="Analyzed expressions with the correct emotion."
    )
    classes: list[StatedCount] | None = Field(
        None,
        min_length=1,
        max_length=CLASS_LIMIT,
        description="Analyzed expressions per class, in any order.",
    )


class Correction(StrictModel):
    """The correct number, where a printed number is wrong."""

    value: PrintedNumber = Field(description="The correct number.")
    reason: ShortText = Field(description="How the correct number is known.")


class PublishedRow(StrictModel):
    """The published numbers of one method under one protocol."""

    id: Identifier = Field(description="The row's name, unique in the file.")
    method: ShortText = Field(description="The method's name in tables.")
    protocol: ProtocolId | None = Field(
        None, description="The protocol; null: the protocol of the file."
    )
    year: int | None = Field(
        None, ge=1900, le=2200, description="Year of publication; null: unknown."
    )
    source: ShortText = Field(description="Where the numbers were read: paper and table.")
    link_text: ShortText = Field(description="The source in a few words, for a table cell.")
    paper: Identifier | None = Field(
        None,
        description="A name of the paper, the same in all its rows, such as liong-2023.",
    )
    table: Identifier | None = Field(None, description="The table in the paper, such as Table 5.")
    tables: dict[MetricId, Identifier] = Field(
        default_factory=dict,
        description="From a metric to its table, where it is not `table`.",
    )
    system: Identifier | None = Field(
        None,
        description="A name of the run, the same in all rows that repeat the numbers of this run. "
        "Null: no repetition is known.",
    )
    label: Literal["author-reported", "literature"] = Field(
        "literature",
        description="Whether the authors submitted the numbers, or a paper printed them.",
    )
    scope: Scope | None = Field(
        None, description="Which videos were scored; null: unknown, or no videos."
    )
    model_selection: ModelSelection = Field(
        "unknown", description="The data used for model selection, as in a submission."
    )
    analysis: Analysis | None = Field(
        None,
        description="Which expressions the table's analysis covers: spotted true positives, or "
        "all intervals. Null: not stated, or both.",
    )
    sample_list: SampleList = Field(
        "protocol",
        description="protocol: the numbers are over the samples that the protocol expects; "
        "unknown: the source does not state it, and only the counts of the row itself are "
        "reliable.",
    )
    differs: ShortText | None = Field(
        None,
        description="How samples or classes differ from the protocol, in a few words. Boards show "
        "rows with the same text in a group of their own. Null: nothing is known to differ.",
    )
    caveats: list[ShortText] = Field(
        default_factory=empty_list, description="What readers must know."
    )
    values: dict[GroupName, dict[MetricId, PrintedNumber]] = Field(
        default_factory=dict,
        description="The numbers per group and metric. Groups: `headline`; `micro`, `macro` and "
        "`overall` where both kinds are spotted; in composite protocols also each data set.",
    )
    counts: dict[GroupName, PublishedCounts] = Field(
        default_factory=dict, description="The stated counts per group."
    )
    corrections: dict[MetricId, Correction] = Field(
        default_factory=dict, description="The correct numbers of wrong headline metrics."
    )

    @model_validator(mode="after")
    def _fits_its_analysis(self) -> Self:
        metrics = {metric for values in self.values.values() for metric in values}
        if self.analysis == "true-positives" and metrics & ALL_INTERVAL_METRICS:
            raise ValueError("`analysis` is true-positives, but a metric is over all intervals")
        if self.analysis == "all-intervals" and metrics & TRUE_POSITIVE_METRICS:
            raise ValueError("`analysis` is all-intervals, but a metric is over true positives")
        return self


class PublishedFile(StrictModel):
    """Published rows of a leaderboard, or of the tables of a paper."""

    format: Literal["mebench-published/1"] = Field(description="The format and its version.")
    title: ShortText | None = Field(None, description="A title of the rows.")
    protocol: ProtocolId | None = Field(
        None, description="The protocol, with version, of all rows that name none."
    )
    rows: list[PublishedRow] = Field(description="The rows.")

    @model_validator(mode="after")
    def _has_protocols(self) -> Self:
        for row in self.rows:
            if row.protocol is None and self.protocol is None:
                raise ValueError(
                    f"neither the row {row.id!r} nor the file has a `protocol`; add one, or pass "
                    "--protocol"
                )
        return self
