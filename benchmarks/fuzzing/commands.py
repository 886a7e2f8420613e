"""Commands with random arguments, and files that are broken, missing or of the wrong kind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.fuzzing.mutations import Chance
from tests.cli.running import mebench

VERBS: dict[str, list[str]] = {
    "score": ["FILE", "FILE"],
    "validate": ["FILE"],
    "template": [],
    "convert": ["ROLE", "FILE"],
    "merge": ["FILE", "FILE"],
    "verify": ["FILE"],
    "audit": ["FILE"],
    "blind": ["FILE"],
    "plot": ["PLOT", "FILE"],
    "protocols": ["WORD"],
    "schema": ["WORD"],
    "explain": ["WORD"],
    "conformance": ["FILE"],
    "leaderboard": ["BOARD", "FILE"],
    "datasets": ["DATASETS", "WORD"],
}
VALUES = {
    "ROLE": ["truth", "predictions", "x"],
    "PLOT": ["confusion", "curves", "x"],
    "BOARD": ["build", "add", "remove", "rescore", "x"],
    "DATASETS": ["list", "show", "check", "where", "repairs", "x"],
    "WORD": ["casme2-str", "show", "generic", "json-syntax", "submission", "", "~nouser", "é" * 99],
}
OPTIONS = {
    "--truth": "FILE",
    "--protocol": "FILE",
    "--predictions": "FILE",
    "--by": ["subject", "video", "dataset", "class", ""],
    "--format": ["json", "csv", "latex", "markdown", "table", "x"],
    "--kind": ["micro", "macro", ""],
    "--score-threshold": ["0.5", "nan", "1e999", "micro=0.4", "x", ""],
    "--first-frame": ["0", "1", "-1", "9" * 30],
    "--clip": None,
    "--sort": ["spotting_f1", "strs", ""],
    "--outside-as": ["positive", "x"],
    "--root": "FILE",
    "--boards": "FILE",
    "--name": ["x", "../../x", ""],
    "--reason": ["why", ""],
    "--csv": None,
    "--as": ["csv", "json"],
    "-o": ["out.json", "out.csv", "", "no/such/folder/x", "."],
}


def command(good: dict[str, Path], folder: Path) -> Callable[[Path, Chance], None]:
    """Return a function that types a random command about a file."""
    files = [*map(str, good.values()), str(folder / "absent"), ".", "toy@1", "casme2-str", "", "-"]

    def use(path: Path, chance: Chance) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

        def value(kind: str | list[str]) -> str:
            if isinstance(kind, list):
                return chance.choice(kind)
            if kind == "FILE":
                return str(path) if chance.random() < 0.5 else chance.choice(files)
            return chance.choice(VALUES[kind])

        verb = chance.choice(list(VERBS))
        arguments = [verb, *map(value, VERBS[verb])]
        for option in chance.sample(list(OPTIONS), chance.randrange(5)):
            kind = OPTIONS[option]
            arguments += [option] if kind is None else [option, value(kind)]
        if "-" in arguments:
            arguments = [argument for argument in arguments if argument != "-"]
        mebench(folder, *arguments)

    return use
