"""Reading published rows: the boards' own files, a paper's tables, and anybody's file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench import resources
from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import KeyPath
from mebench.formats.text import TextFile, read_text
from mebench.leaderboards.claims import LocatedRow, PlaceOf, groups_of
from mebench.leaderboards.printed import parse_rounded_number
from mebench.leaderboards.toml_places import TomlPositions
from mebench.metrics.registry import metrics_of
from mebench.protocols import load_shipped_protocol, shipped_protocol_ids
from mebench.records.protocol import Protocol
from mebench.records.published import PublishedFile, PublishedRow
from mebench.suggest import did_you_mean

MAX_CHARACTERS = 4_000_000
"""Files of more characters are refused: a thousand rows take about a million."""


def shipped_files() -> list[Path]:
    """Return the files of published rows that come with mebench: the boards', then the tables."""
    folder = resources.shared_folder("leaderboards")
    return [*sorted(folder.glob("*/published.toml")), *sorted((folder / "tables").glob("*.toml"))]


def read_published(path: str | Path) -> PublishedFile:
    """Read a file of published rows.

    Parameters
    ----------
    path : str or Path
        A ``.toml`` file.

    Raises
    ------
    UsageError
        ``file-unreadable``, or ``published-syntax`` where it is no TOML.
    MebenchError
        Everything that is wrong with its rows.
    """
    findings = Findings()
    file, _ = read_toml(_read_source(path), findings)
    findings.raise_errors()
    assert file is not None
    return file


def read_located(path: str | Path, findings: Findings) -> list[LocatedRow]:
    """Read the rows of a TOML or CSV file, each with its protocol and place.

    Parameters
    ----------
    path : str or Path
        Its ending says which of the two it is.
    findings : Findings
        Takes in what is wrong with single rows.

    Raises
    ------
    MebenchError
        If it cannot be read at all.
    """
    source = _read_source(path)
    if source.name.casefold().endswith(".toml"):
        return read_toml(source, findings)[1]
    from mebench.leaderboards.published_csv import read_csv

    return read_csv(source, findings)


def _read_source(path: str | Path) -> TextFile:
    source = read_text(path)
    if len(source.text) > MAX_CHARACTERS:
        raise MebenchError.of(
            "file-too-large",
            f"The file has {len(source.text) / 1e6:.1f} million characters; published rows may "
            f"have {MAX_CHARACTERS / 1e6:.0f}.",
            "Is this the right one?",
            Place(file=source.name),
        )
    return source


def read_toml(
    source: TextFile, findings: Findings
) -> tuple[PublishedFile | None, list[LocatedRow]]:
    """Read a TOML text; the record is None where something is wrong with it."""
    import tomllib

    from mebench.formats.checking import validate_model

    try:
        document = tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError.of(
            "published-syntax",
            f"Not valid TOML: {why}.",
            "Published rows are written in TOML, or as a CSV that ends in .csv.",
            Place(file=source.name),
        ) from None
    places = TomlPositions(source)
    file = validate_model(PublishedFile, document, findings, places.at)
    if file is None:
        return None, []
    before = findings.error_count
    rows = [
        found
        for at, row in enumerate(file.rows)
        if (found := locate_row(row, row.protocol or file.protocol or "", places, at, findings))
    ]
    check_unique_ids(rows, findings)
    return (file if findings.error_count == before else None), rows


def locate_row(
    row: PublishedRow, protocol: str, places: TomlPositions, at: int, findings: Findings
) -> LocatedRow | None:
    """Return a row with its protocol and place; None where its protocol is not known."""
    keys: KeyPath = ("rows", at)
    try:
        known = load_shipped_protocol(protocol)
    except UsageError:
        findings.error(
            "unknown-protocol",
            f"There is no protocol {protocol[:80]!r}.{did_you_mean(protocol, shipped_protocol_ids())}",
            "`mebench protocols` lists them.",
            places.at((*keys, "protocol")) if row.protocol else places.at(("protocol",)),
        )
        return None

    def place_in(*more: str | int) -> Place:
        return places.at((*keys, *more))

    check_row(row, known, place_in, findings)
    return LocatedRow(row, known, places.at(keys), place_in)


def check_row(row: PublishedRow, protocol: Protocol, place: PlaceOf, findings: Findings) -> None:
    """See that a row's groups and metrics are the protocol's, and its numbers are numbers.

    Parameters
    ----------
    row : PublishedRow
        The row.
    protocol : Protocol
        Its protocol.
    place : callable
        From keys within the row to their place.
    findings : Findings
        Takes in ``unknown-group``, ``unknown-metric``, ``number-unreadable`` and ``inconsistent``.
    """
    groups = groups_of(protocol)
    for field, given in (("values", row.values), ("counts", row.counts)):
        for group in given:
            if group not in groups:
                findings.error(
                    "unknown-group",
                    f"{protocol.id} has no group {group!r}.{did_you_mean(group, groups)}",
                    f"Its groups are {', '.join(groups)}.",
                    place(field, group),
                )
    known = [metric.id for metric in metrics_of(protocol)]
    named = [("values", group, metric) for group, of in row.values.items() for metric in of]
    named += [("tables", metric, "") for metric in row.tables]
    named += [("corrections", metric, "") for metric in row.corrections]
    for field, first, second in named:
        metric = second or first
        if metric not in known:
            findings.error(
                "unknown-metric",
                f"{protocol.id} has no metric {metric!r}.{did_you_mean(metric, known)}",
                f"Its metrics are {', '.join(known)}.",
                place(field, *filter(None, (first, second))),
            )
    numbers = [
        (("values", group, metric), text)
        for group, of in row.values.items()
        for metric, text in of.items()
    ]
    numbers += [
        (("corrections", metric, "value"), one.value) for metric, one in row.corrections.items()
    ]
    for keys, text in numbers:
        if parse_rounded_number(text) is None:
            findings.error(
                "number-unreadable",
                f"{keys[-1] if keys[0] == 'values' else keys[1]!r} is {text!r}, and should be a "
                "number as printed.",
                "Write it as the paper does: .6516, or 65.16 %. Leave out what is not stated.",
                place(*keys),
            )
    for group, counts in row.counts.items():
        if counts.classes is not None and len(counts.classes) != len(protocol.classes):
            findings.error(
                "inconsistent",
                f"'classes' has {len(counts.classes)} counts, and {protocol.id} has "
                f"{len(protocol.classes)} classes.",
                "Give one count a class, 0 where there is none.",
                place("counts", group, "classes"),
            )


def check_unique_ids(rows: Sequence[LocatedRow], findings: Findings) -> None:
    """See that no two rows of a file have one name."""
    first: dict[str, Place] = {}
    for one in rows:
        if one.row.id in first:
            findings.error(
                "row-doubled",
                f"Two rows are called {one.row.id[:80]!r}; the other stands on line "
                f"{first[one.row.id].line}.",
                "Give each row an id of its own.",
                one.place,
            )
        else:
            first[one.row.id] = one.place
