"""Installed baselines: find a class by name, read its metadata, list all as tables.

A baseline is not our code and may raise anything, so every call of its methods is guarded here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from inspect import isabstract
from shlex import quote

from pydantic import ValidationError

from mebench.datasets.contract import Video
from mebench.diagnostics import Diagnostic, MebenchError, UsageError
from mebench.models.protocol import Protocol
from mebench.models.submission import System
from mebench.runner.contract import Baseline, BaselineOptions, Size, methods_of
from mebench.util.entry_points import find_entry_points
from mebench.util.extras import OPTIONAL, load_plugin, package_missing, place_in_plugin
from mebench.util.text import did_you_mean

GROUP = "mebench.baselines"

KNOWN_PACKAGES = {
    "mean": "mebench-mean",
    "flow-magnitude": "mebench-mean",
    "bi-woof": "mebench-classics",
    "lbp-chi2": "mebench-classics",
    "lbp-top": "mebench-classics",
    "liong2016": "mebench-classics",
    "mdmd": "mebench-classics",
    "off-apexnet": "mebench-classics",
    "optical-strain": "mebench-classics",
    "softnet": "mebench-classics",
    "ststnet": "mebench-classics",
}
"""Baselines of this project that are in packages of their own, and may not be installed."""

# Not by name from an index: nobody has registered these names there, so anybody could.
INSTALL_LINE = (
    "In a checkout of mebench: python -m pip install ./baselines/vision ./baselines/mean "
    "./baselines/classics"
)


@cache
def baseline_names() -> tuple[str, ...]:
    """Return the names of all installed baselines, in alphabetical order."""
    return tuple(sorted({point.name for point in find_entry_points(GROUP)}))


SEPARATOR = "+"
"""Between the two methods of a composition: ``mdmd+ststnet``."""


def baseline_class(name: str) -> type[Baseline]:
    """Return the class of a baseline, or of a composition of two.

    It must be installed, importable and complete.
    """
    methods = name.split(SEPARATOR)
    if len(methods) == 1 or name in baseline_names():
        return _method_class(name)
    if len(methods) > 2 or not all(methods):
        raise UsageError.of(
            "unknown-baseline",
            f"{name[:80]!r} does not name two methods.",
            "Write the method that spots and the one that recognizes: random+majority.",
        )
    from mebench.runner.composition import compose

    return compose(*map(_method_class, methods))


def _method_class(name: str) -> type[Baseline]:
    if name in baseline_names():
        baseline = load_plugin(GROUP, name, Baseline)  # type: ignore[type-abstract]
        _check_class(baseline, name)
        return baseline
    if name in KNOWN_PACKAGES:
        raise UsageError.of(
            "baseline-not-installed",
            f"The baseline {name!r} is in the package {KNOWN_PACKAGES[name]}, which is not "
            "installed.",
            INSTALL_LINE,
        )
    known = [*baseline_names(), *KNOWN_PACKAGES]
    raise UsageError.of(
        "unknown-baseline",
        f"There is no baseline {name[:80]!r}.{did_you_mean(name, known)}",
        "`mebench run-baseline --list` lists all baselines; docs/baselines.md explains how to "
        "write one.",
    )


def _check_class(baseline: type[Baseline], name: str) -> None:
    """Check the attributes of a class that an entry point names."""
    own_name = getattr(baseline, "name", None)
    if own_name != name:
        raise UsageError.of(
            "plugin-broken",
            f"The entry point {name!r} names a baseline class whose `name` is {own_name!r}.",
            "Give both the same name.",
        )
    if isabstract(baseline):
        raise UsageError.of(
            "plugin-broken",
            f"The baseline {name!r} has no method predict().",
            "Implement predict() in the baseline.",
        )
    for attribute in ("version", "title"):
        value = getattr(baseline, attribute)
        if not isinstance(value, str):
            raise UsageError.of(
                "plugin-broken",
                f"The {attribute} of the baseline {name!r} is {value!r:.80}; expected a string.",
                f"Make `{attribute}` a string in the baseline.",
            )
    options_type = baseline.options_type
    if not (isinstance(options_type, type) and issubclass(options_type, BaselineOptions)):
        raise UsageError.of(
            "plugin-broken",
            f"The options_type of the baseline {name!r} is not a subclass of BaselineOptions.",
            "Derive it from mebench.runner.BaselineOptions.",
        )


def package_of(name: str) -> tuple[str, str]:
    """Return the package that a baseline comes from, and its version.

    A composition has those of its methods.
    """
    points = find_entry_points(GROUP, name)
    if not points and SEPARATOR in name:
        packages = list(dict.fromkeys(map(package_of, name.split(SEPARATOR))))
        names, versions = zip(*packages, strict=True)
        return SEPARATOR.join(names), SEPARATOR.join(versions)
    for point in points:
        if point.dist is not None:
            return point.dist.name, point.dist.version
    return "?", "?"


@contextmanager
def guarded(baseline: type[Baseline], method: str) -> Iterator[None]:
    """Turn an exception of a baseline's method into a diagnostic.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or the baseline's own error; so do the functions below.
    """
    try:
        yield
    except MebenchError:
        raise
    except Exception as error:  # a baseline is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"{method}() of the baseline {baseline.name} failed: "
            f"{type(error).__name__}: {error!s:.300}.",
            f"Correct __init__() or {method}() of the baseline.",
            place_in_plugin(error, *methods_of(baseline)),
        ) from error


def deviations(baseline: type[Baseline], options: BaselineOptions) -> list[str]:
    """Return where the baseline differs from its paper."""
    with guarded(baseline, "deviations"):
        return [str(sentence) for sentence in baseline(options).deviations()]


def dependencies(baseline: type[Baseline], options: BaselineOptions) -> dict[str, str]:
    """Return what the predictions depend on besides the options."""
    with guarded(baseline, "dependencies"):
        versions = baseline(options).dependencies()
        return {str(name): str(versions[name]) for name in versions}


def default_jobs(baseline: type[Baseline], options: BaselineOptions) -> int | None:
    """Return the number of processes that the baseline should have; None for one per core."""
    with guarded(baseline, "default_jobs"):
        jobs = baseline(options).default_jobs()
        return None if jobs is None else max(1, int(jobs))


def warm_up(baseline: type[Baseline], options: BaselineOptions) -> None:
    """Let the baseline compile what every worker would otherwise compile again."""
    with guarded(baseline, "warm_up"):
        baseline(options).warm_up()


def can_run(baseline: type[Baseline], protocol: Protocol) -> bool:
    """Return whether a baseline does what the task of a protocol asks for."""
    return (baseline.spots or not protocol.spots) and (baseline.recognizes or not protocol.analyses)


def check_task(baseline: type[Baseline], protocol: Protocol) -> None:
    """Raise ``baseline-task`` if the protocol asks for something that the baseline does not do."""
    if can_run(baseline, protocol):
        return
    name = baseline.name
    if baseline.spots:
        does, other = "only spots", f"{name}+majority"
    else:
        does, other = "only names the emotions of given intervals", f"random+{name}"
    raise UsageError.of(
        "baseline-task",
        f"The baseline {name} {does}; the task of {protocol.id} is {protocol.task}.",
        f"Combine two methods, as in `mebench run-baseline {quote(other)}`, or choose a protocol "
        "with another task (--protocol).",
    )


def check_videos(
    baseline: type[Baseline],
    options: BaselineOptions,
    protocol: Protocol,
    videos: Sequence[Video],
) -> None:
    """Let the baseline refuse videos that it cannot predict."""
    with guarded(baseline, "check"):
        _under(protocol, baseline, options).check(videos)


def estimate_size(
    baseline: type[Baseline],
    options: BaselineOptions,
    protocol: Protocol,
    videos: Sequence[Video],
) -> Size:
    """Estimate how much work videos are for a baseline."""
    with guarded(baseline, "size"):
        size = _under(protocol, baseline, options).size(videos)
        return Size(int(size.pairs), int(size.disk))


def _under(protocol: Protocol, baseline: type[Baseline], options: BaselineOptions) -> Baseline:
    """Return a baseline that knows its protocol."""
    instance = baseline(options)
    instance.protocol = protocol
    return instance


def check_requirements(baseline: type[Baseline], options: BaselineOptions) -> None:
    """Make sure that the modules which a baseline imports are installed."""
    with guarded(baseline, "requirements"):
        modules = dict(baseline(options).requirements())
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise UsageError(
            Diagnostic(
                "package-missing",
                "error",
                f"The baseline {baseline.name} needs {name}, not installed here.",
                package_missing(name).diagnostics[0].remedy
                if name in OPTIONAL
                else f"Install it in this environment: python -m pip install {modules[name]}",
            )
            for name in missing
        )


def system_metadata(baseline: type[Baseline], options: BaselineOptions) -> System:
    """Return the metadata of a baseline with these options, for the submission."""
    with guarded(baseline, "variant_name"):
        variant = str(baseline(options).variant_name())
    metadata = {
        "name": baseline.name,
        "version": f"{baseline.version} ({variant})" if variant else baseline.version,
        "authors": list(baseline.authors),
        "paper": baseline.paper,
        "url": baseline.url,
        "code": baseline.code,
        "model_selection": baseline.model_selection,
        "uses_truth": baseline.needs_truth,
    }
    stated = {name: value for name, value in metadata.items() if value not in (None, [], False)}
    try:
        return System.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError.of(
            "plugin-broken",
            f"The metadata of the baseline {baseline.name!r} is not valid: "
            f"`{first['loc'][0]}` is {first['input']!r:.80}: {first['msg']}.",
            f"Correct `{first['loc'][0]}` in the baseline.",
        ) from None
