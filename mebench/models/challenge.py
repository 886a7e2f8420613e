"""The settings of a challenge, which its organizers write into ``challenge.toml``."""

from typing import Annotated, Literal

from pydantic import Field

from mebench.models.base import StrictModel

CHALLENGE_FORMAT = "mebench-challenge/1"

SubmissionRule = Literal[
    "Add",
    "Add_And_Delete",
    "Add_And_Delete_Multiple",
    "Force_Last",
    "Force_Latest_Multiple",
    "Force_Best",
]

# The limits of lengths are those of Codabench.
Line = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
Paragraph = Annotated[str, Field(max_length=4000)]


class Phase(StrictModel):
    """A phase of a challenge; dates without a zone are in UTC."""

    name: Line = Field(description="The name of the phase.")
    description: Paragraph = Field("", description="What participants do in it.")
    start: str = Field(description="The first day, or the first moment with time and zone.")
    end: str = Field(description="The last day, or the last moment with time and zone.")
    max_submissions: int = Field(
        100, ge=1, le=100_000, description="Submissions per participant in the phase."
    )
    max_submissions_per_day: int = Field(
        5, ge=1, le=100_000, description="Submissions per participant and day."
    )
    execution_time_limit: int = Field(
        600, ge=30, le=86_400, description="Seconds to score a submission."
    )


class Challenge(StrictModel):
    """A challenge: its title, organizers, dates, limits, and where it is scored."""

    format: Literal["mebench-challenge/1"] = Field(description="The format and its version.")
    title: Line = Field(description="The title.")
    organizer: Line = Field(description="Who organizes the challenge.")
    contact: str | None = Field(
        None,
        max_length=256,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        description="The e-mail address for questions.",
    )
    description: Paragraph = Field("", description="What the challenge is about, in short.")
    docker_image: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,127}$",
        description="The image with mebench in which Codabench scores; null until it is built.",
    )
    leaderboard: SubmissionRule = Field(
        "Force_Last", description="Codabench's rule for the submission that its board shows."
    )
    hidden_leaderboard: bool = Field(
        False, description="Whether only organizers see Codabench's board."
    )
    phases: list[Phase] = Field(min_length=1, max_length=50, description="The phases, in order.")
