"""The cross-validation that a protocol requires."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from mebench.models.base import (
    FoldSubject,
    Identifier,
    StrictModel,
    SubjectReference,
    empty_list,
)


class HoldoutPart(StrictModel):
    """A part of a holdout: the named subjects, and those of the named splits of the data set."""

    subjects: list[FoldSubject] = Field(default_factory=empty_list, description="Subjects by name.")
    splits: list[Identifier] = Field(
        default_factory=empty_list, description="Splits, as the truth states them (`split`)."
    )

    def names_of_subjects(self, only_dataset: str | None) -> list[tuple[str | None, str]]:
        """Return data set and id of each subject that is named."""
        return [
            (name.dataset, name.subject)
            if isinstance(name, SubjectReference)
            else (only_dataset, name)
            for name in self.subjects
        ]

    def __str__(self) -> str:
        """Return the splits and the subjects for a message."""
        names = ["/".join(filter(None, name)) for name in self.names_of_subjects(None)]
        texts = [
            f"{what}{'s' * (len(listed) > 1)} {', '.join(listed)}"
            for what, listed in (("split", self.splits), ("subject", names))
            if listed
        ]
        return " and ".join(texts)


class FoldRule(StrictModel):
    """A cross-validation that needs more than a name: `k-fold` by subject, or `holdout`."""

    type: Literal["k-fold", "holdout"] = Field(description="The kind of cross-validation.")
    k: int | None = Field(None, ge=2, le=10_000, description="k-fold: the number of folds.")
    seed: int | None = Field(
        None, ge=0, lt=2**31, description="k-fold: the seed that assigns the subjects to the folds."
    )
    training: HoldoutPart | None = Field(None, description="holdout: what may be trained on.")
    test: HoldoutPart | None = Field(None, description="holdout: what is predicted and scored.")

    @model_validator(mode="after")
    def _has_its_fields(self) -> Self:
        needed = ("k", "seed") if self.type == "k-fold" else ("training", "test")
        for name in ("k", "seed", "training", "test"):
            if (getattr(self, name) is not None) is not (name in needed):
                raise ValueError(
                    f"`folds` of the type {self.type} {'needs' if name in needed else 'has no'} "
                    f"`{name}`"
                )
        if self.training is not None and self.test is not None:
            for name, part in (("training", self.training), ("test", self.test)):
                if not str(part):
                    raise ValueError(f"the {name} part of the holdout names nothing")
            for field in ("splits", "subjects"):
                both = [
                    name
                    for name in getattr(self.training, field)
                    if name in getattr(self.test, field)
                ]
                if both:
                    raise ValueError(f"both parts of the holdout name {both[0]!r} in `{field}`")
        return self

    def __str__(self) -> str:
        """Return the rule on one line."""
        if self.type == "k-fold":
            return f"{self.k}-fold by subject, seed {self.seed}"
        return f"holdout: training on {self.training}, test on {self.test}"


def _fold_tag(value: Any) -> str:
    return "named" if isinstance(value, str) else "ruled"


NamedFolds = Literal["leave-one-subject-out", "leave-one-dataset-out", "any"]

Folds = Annotated[
    Annotated[NamedFolds, Tag("named")] | Annotated[FoldRule, Tag("ruled")],
    Discriminator(_fold_tag),
]
