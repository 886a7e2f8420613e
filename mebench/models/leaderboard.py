"""The models of a leaderboard: its entries, and the log of its changes."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mebench.models.base import StrictModel, empty_list

ENTRY_FORMAT = "mebench-entry/1"

TrustLabel = Literal["recomputed", "reported", "author-reported", "literature"]
"""Where a number comes from: this run scored the predictions (recomputed), an earlier run scored
them and its number agrees with the stored counts (reported), the authors submitted the number
without predictions (author-reported), or a paper printed it (literature)."""

Scope = Literal["all", "with-target"]

TEXT_LENGTH = 1000
METHOD_LENGTH = 400
PAGE_LENGTH = 20_000

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,79}$"

Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH)]
EntryName = Annotated[str, Field(pattern=NAME_PATTERN)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""The first 16 hex digits of the SHA-256 of an object's canonical JSON."""

SIGNATURE_PATTERN = r"^mebench:1(\|[a-z]+:[A-Za-z0-9_.,=@%~+-]+)+$"
Signature = Annotated[str, Field(pattern=SIGNATURE_PATTERN)]


class SubjectCounts(StrictModel):
    """The counts of one subject; null where the protocol does not have the count."""

    dataset: str | None = Field(None, description="The data set, in composite protocols.")
    subject: str = Field(description="The subject.")
    tp: int | None = Field(
        None, description="Predictions that match a true expression, at the operating point."
    )
    fp: int | None = Field(None, description="Predictions that match no true expression.")
    fn: int | None = Field(None, description="True expressions that no prediction matches.")
    right: int | None = Field(None, description="Analyzed expressions with the correct emotion.")
    analysed: int | None = Field(None, description="Expressions whose emotion was analyzed.")


class LeaderboardEntry(StrictModel):
    """An entry of a leaderboard: everything that is stored beside the prediction file."""

    format: Literal["mebench-entry/1"] = Field(description="The format and its version.")
    name: EntryName = Field(description="The name of the entry and of its files.")
    method: str = Field(
        min_length=1, max_length=METHOD_LENGTH, description="The method's name in tables."
    )
    year: int | None = Field(
        None, ge=1990, le=2100, description="Year of the method; null if unknown."
    )
    source: Text | None = Field(None, description="Where the method is described.")
    caveats: list[Text] = Field(default_factory=empty_list, description="What readers must know.")
    received: str | None = Field(
        None, max_length=40, description="The ISO date or time of the submission, if known."
    )
    predictions: Digest = Field(description="The digest of the prediction file.")
    rules: Digest = Field(description="The digest of the protocol that scored the predictions.")
    report: dict[str, Any] = Field(description="The report of the last scoring.")
    subjects: list[SubjectCounts] = Field(description="The counts per subject, of that report.")


class PageSettings(StrictModel):
    """The title and text of the page of all boards, in ``page.toml``."""

    title: str | None = Field(None, min_length=1, max_length=METHOD_LENGTH, description="A title.")
    text: str | None = Field(None, min_length=1, max_length=PAGE_LENGTH, description="A text.")


class BoardSettings(PageSettings):
    """The title, text, deadline and further metrics of a board, in ``board.toml``."""

    deadline: str | None = Field(
        None, description="An ISO date or time; submissions that are received later have no rank."
    )
    metrics: list[str] = Field(
        default_factory=list, description="Metrics with a column of their own, also of packages."
    )


class LogLine(StrictModel):
    """One change of a leaderboard."""

    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="The day, in UTC.")
    action: Literal["add", "remove", "rescore"] = Field(description="The change.")
    name: EntryName = Field(description="The entry that was changed.")
    reason: Text = Field(description="The reason for the change.")
    signature: Signature | None = Field(
        None, description="The signature of the entry's score after the change."
    )
    score: Digest | None = Field(
        None, description="The digest of the entry's report and counts after the change."
    )
    received: str | None = Field(
        None, max_length=40, description="When the entry was received, if known."
    )
    before: Signature | None = Field(
        None, description="The signature of the entry's score before the change."
    )
