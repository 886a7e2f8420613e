"""Completion in the shell: ids and names that exist, found without the imports of a command.

Each function gets the beginning of a word; Typer drops what does not begin with it.
"""

from __future__ import annotations

from pathlib import Path

import typer


def complete_protocols(incomplete: str) -> list[str]:
    """Return the ids of the protocols; none for a path, which the shell completes."""
    from mebench.util.resources import shared_folder

    return sorted(path.stem for path in shared_folder("protocols").glob("*.toml"))


def complete_boards(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the boards of the folder of ``--boards``; without one, the protocols."""
    folder = Path(ctx.params.get("boards") or "leaderboards")
    boards = sorted(
        path.name for path in folder.glob("*@*") if path.is_dir() and path.name.isprintable()
    )
    return boards or complete_protocols(incomplete)


def complete_metrics(incomplete: str) -> list[str]:
    """Return the ids of the metrics."""
    from mebench.metrics.metric_ids import metric_ids

    return list(metric_ids())


def complete_metric_lists(incomplete: str) -> list[str]:
    """Return the ids of the metrics, after those that a list separated by commas already has."""
    before = incomplete[: incomplete.rfind(",") + 1]
    return [before + metric for metric in complete_metrics(incomplete)]


def complete_baselines(incomplete: str) -> list[str]:
    """Return the names of the installed baselines."""
    return _entry_points("mebench.baselines")


def complete_datasets(incomplete: str) -> list[str]:
    """Return the ids of the data sets, those of ``mebench.toml`` included."""
    here = Path.cwd()
    if any((folder / "mebench.toml").is_file() for folder in (here, *here.parents)):
        from mebench.datasets.registry import known_ids

        return list(known_ids())
    return _entry_points("mebench.datasets")


def complete_schemas(incomplete: str) -> list[str]:
    """Return the names of the schemas, without and with a version."""
    from mebench.util.resources import shared_folder

    names = sorted(path.name.split(".")[0] for path in shared_folder("schemas").glob("*.json"))
    return [*dict.fromkeys(name.rpartition("-")[0] for name in names), *names]


def complete_words(incomplete: str) -> list[str]:
    """Return the words that ``mebench explain`` knows, except rules of the audit."""
    from mebench.diagnostics.catalog import catalog
    from mebench.diagnostics.glossary import signature_fields, terms

    return [*terms(), *complete_metrics(incomplete), *signature_fields(), *catalog()]


def _entry_points(group: str) -> list[str]:
    from mebench.util.entry_points import find_entry_points

    return sorted({point.name for point in find_entry_points(group)})
