"""A baseline's own options, from the command line to its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mebench.diagnostics import Diagnostic, UsageError
from mebench.suggest import did_you_mean

if TYPE_CHECKING:
    from mebench.baselines.contract import Baseline, BaselineOptions

COMMAND_OPTIONS = (
    "--dataset",
    "--protocol",
    "--root",
    "--output",
    "--seed",
    "--jobs",
    "--scheduler",
    "--folds",
    "--fold-timeout",
    "--resume",
    "--store",
    "--study",
    "--final",
    "--list",
)
"""The command's own options: one that is mistyped looks like an option of the baseline."""


def options_from_arguments(baseline: type[Baseline], arguments: Sequence[str]) -> BaselineOptions:
    """Read ``--window-size 5 --align`` as the options of a baseline.

    Raises
    ------
    UsageError
        ``unknown-option`` or ``bad-option``, all at once.
    """
    fields = baseline.options_type.model_fields
    texts: dict[str, str] = {}
    findings: list[Diagnostic] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, given, value = word.partition("=")
        field = name.removeprefix("--").replace("-", "_")
        if not name.startswith("--") or field not in fields:
            findings.append(_unknown_option(baseline, name))
            if name.startswith("--") and rest and not given and not rest[0].startswith("--"):
                rest.pop(0)
            continue
        if not given:
            if fields[field].annotation is bool:
                value = "true"
            elif rest:
                value = rest.pop(0)
            else:
                findings.append(
                    Diagnostic(
                        "bad-option", "error", f"{name} needs a value.", _list_hint(baseline)
                    )
                )
                continue
        texts[field] = value
    if findings:
        raise UsageError(findings)
    return _validated(baseline, texts, from_text=True)


def options_from_mapping(baseline: type[Baseline], given: Mapping[str, Any]) -> BaselineOptions:
    """Read options that are plain data already, as a run's plan keeps them."""
    return _validated(baseline, given, from_text=False)


def _validated(
    baseline: type[Baseline], given: Mapping[str, Any], *, from_text: bool
) -> BaselineOptions:
    try:
        if from_text:
            return baseline.options_type.model_validate_strings(dict(given))
        return baseline.options_type.model_validate(dict(given))
    except ValidationError as error:
        raise UsageError(_option_errors(baseline, error)) from None


def _option_errors(baseline: type[Baseline], error: ValidationError) -> Iterator[Diagnostic]:
    """Give a finding an option; pydantic gives one a kind that the option's value could be of."""
    by_option: dict[str, list[Any]] = {}
    for one in error.errors():
        by_option.setdefault(str(one["loc"][0]) if one["loc"] else "", []).append(one)
    for name, found in by_option.items():
        expected = ", or: ".join(one["msg"] for one in found)
        given = f"{option_name(name)} {found[0]['input']!r}" if name else "The options"
        yield Diagnostic("bad-option", "error", f"{given}: {expected}.", _list_hint(baseline))


def _unknown_option(baseline: type[Baseline], name: str) -> Diagnostic:
    known = [option_name(field) for field in baseline.options_type.model_fields]
    known += COMMAND_OPTIONS
    return Diagnostic(
        "unknown-option",
        "error",
        f"{baseline.name} has no option {name[:80]!r}.{did_you_mean(name, known)}",
        _list_hint(baseline),
    )


def _list_hint(baseline: type[Baseline]) -> str:
    return f"`mebench run-baseline {baseline.name} --list` lists its options."


def option_name(field: str) -> str:
    """Return how a field is typed: ``--window-size``."""
    return "--" + field.replace("_", "-")
