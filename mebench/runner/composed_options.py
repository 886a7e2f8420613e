"""The options of several methods together, each under a name of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import ValidationError, create_model, model_validator
from pydantic.fields import FieldInfo

from mebench.runner.contract import Baseline, BaselineOptions


class ComposedOptions(BaselineOptions):
    """The options of several methods.

    An option that all methods having it define alike exists once, and goes to all of them; every
    other one that several methods have begins with the name of its method.
    """

    parts: ClassVar[tuple[type[Baseline], ...]] = ()
    fields_of: ClassVar[tuple[Mapping[str, str], ...]] = ()

    def of(self, index: int) -> BaselineOptions:
        """Return the options of a method; those that nobody set keep the method's defaults."""
        values = {
            own: getattr(self, field)
            for own, field in self.fields_of[index].items()
            if field in self.model_fields_set
        }
        return self.parts[index].options_type.model_validate(values)

    def for_parts(self, parts: tuple[type[Baseline], ...]) -> ComposedOptions:
        """Return the options of some of the methods, as those of their composition."""
        kind = compose_options(parts)
        values: dict[str, Any] = {}
        for part, fields in zip(parts, kind.fields_of, strict=True):
            for own, field in self.fields_of[self.parts.index(part)].items():
                if field in self.model_fields_set:
                    values[fields[own]] = getattr(self, field)
        return kind.model_validate(values)

    @model_validator(mode="after")
    def _fits_every_part(self) -> Self:
        for index, part in enumerate(self.parts):
            try:
                self.of(index)
            except ValidationError as error:
                raise ValueError(f"{part.name}: {error.errors()[0]['msg']}") from None
        return self

    def __reduce__(self) -> Any:
        """Pickle the options by their methods: the class is made at run time."""
        passed = {name: getattr(self, name) for name in self.model_fields_set}
        return _restore_options, (self.parts, passed)


def _restore_options(parts: tuple[type[Baseline], ...], values: dict[str, Any]) -> ComposedOptions:
    return compose_options(parts).model_validate(values)


@cache
def compose_options(parts: tuple[type[Baseline], ...]) -> type[ComposedOptions]:
    """Return the class of the options of several methods."""
    distinct = tuple(dict.fromkeys(parts))
    definitions: dict[str, list[FieldInfo]] = {}
    for part in distinct:
        for name, field in part.options_type.model_fields.items():
            definitions.setdefault(name, []).append(field)
    shared = {name for name, fields in definitions.items() if len(set(map(repr, fields))) == 1}
    fields_of = [
        {
            name: name if name in shared else f"{part.name}_{name}".replace("-", "_")
            for name in part.options_type.model_fields
        }
        for part in parts
    ]
    fields: dict[str, Any] = {
        field: (part.options_type.model_fields[own].annotation, part.options_type.model_fields[own])
        for part, names in zip(parts, fields_of, strict=True)
        for own, field in names.items()
    }
    kind = create_model("ComposedOptions", __base__=ComposedOptions, __module__=__name__, **fields)
    kind.parts, kind.fields_of = parts, tuple(fields_of)
    return kind
