"""The models of a leaderboard: its entries, and the log of changes to it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mebench.models.base import StrictModel

ENTRY_FORMAT = "mebench-entry/1"

TrustLabel = Literal["recomputed", "author-reported", "literature"]
"""How far a number can be trusted: the harness scored the predictions itself; the authors gave the
number and no predictions; it was read in a paper."""

TRUST_LABELS: tuple[TrustLabel, ...] = ("recomputed", "author-reported", "literature")

Scope = Literal["all", "with-target"]


TEXT_LENGTH = 1000
METHOD_LENGTH = 400

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,79}$"

Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH)]
EntryName = Annotated[str, Field(pattern=NAME_PATTERN)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""The first 16 hex digits of the SHA-256 of something's canonical JSON."""

SIGNATURE_PATTERN = r"^mebench:1(\|[a-z]+:[A-Za-z0-9_.,=@+-]+)+$"
Signature = Annotated[str, Field(pattern=SIGNATURE_PATTERN)]


class SubjectCounts(StrictModel):
    """What was counted of one subject; null where the protocol does not ask for it."""

    dataset: str | None = Field(None, description="The data set, in a composite.")
    subject: str = Field(description="The subject.")
    tp: int | None = Field(None, description="Intervals that match a truth at the operating point.")
    fp: int | None = Field(None, description="Those that match none.")
    fn: int | None = Field(None, description="Truths that no interval matches.")
    right: int | None = Field(None, description="Emotions named rightly.")
    analysed: int | None = Field(None, description="Of so many.")


class LeaderboardEntry(StrictModel):
    """A submission on a leaderboard: what a board keeps of it beside the prediction file."""

    format: Literal["mebench-entry/1"] = Field(description="The format and its version.")
    name: EntryName = Field(description="Its files' name on the board.")
    method: str = Field(
        min_length=1, max_length=METHOD_LENGTH, description="The method, as tables show it."
    )
    year: int | None = Field(None, ge=1990, le=2100, description="Of the method; null if unknown.")
    source: Text | None = Field(None, description="Where the method is described.")
    caveats: list[Text] = Field(default_factory=list, description="What a reader has to know.")
    predictions: Digest = Field(description="The digest of the prediction file.")
    rules: Digest = Field(description="The digest of the protocol it was scored by.")
    report: dict[str, Any] = Field(description="The report of its last scoring.")
    subjects: list[SubjectCounts] = Field(description="The counts of that scoring by subject.")


class LogLine(StrictModel):
    """One thing that was done to a board."""

    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="The day, in UTC.")
    action: Literal["add", "remove", "rescore"] = Field(description="What was done.")
    name: str = Field(description="To which entry.")
    reason: Text = Field(description="Why.")
    signature: Signature | None = Field(None, description="That of the entry's score from then on.")
    score: Digest | None = Field(
        None, description="The digest of the report and counts that the entry keeps from then on."
    )
    before: Signature | None = Field(None, description="The signature of its score before.")
