"""What the fuzzer feeds: every format and every public entry, each with valid files to break.

A target makes a file and uses it, which may raise :class:`mebench.MebenchError` and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fuzzing import media
from benchmarks.fuzzing.commands import command
from benchmarks.fuzzing.mutations import (
    Chance,
    generated,
    mutate_document,
    mutate_json,
    mutate_text,
    splice,
    to_json,
    to_toml,
)
from mebench import score
from mebench.audit.run_audit import audit
from mebench.diagnostics import Findings, formatting
from mebench.evaluation.build_report import PartUnit
from mebench.evaluation.challenge_files import blind
from mebench.evaluation.conformance import run_vector
from mebench.evaluation.convert import convert
from mebench.evaluation.merge import merge
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.evaluation.verify import read_report, verify
from mebench.formats.external_formats import Role
from mebench.leaderboard.board_folder import LOG, PUBLISHED, BoardFolder
from mebench.leaderboard.build_board import build_board
from mebench.leaderboard.find_boards import boards_root
from mebench.models.report import Report
from mebench.models.submission import Threshold
from mebench.protocols.loader import load_protocol, load_shipped_protocol
from mebench.tables.rendering import ReportFormat, render_report
from mebench.util.resources import shared_folder
from tests.evaluation.documents import TOY_TOML, write
from tests.formats.valid_files import TEXTS

Make = Callable[[Chance], bytes]
Use = Callable[[Path, Chance], None]


@dataclass(frozen=True)
class Target:
    """A kind of input.

    Attributes
    ----------
    name : str
        Name in the output.
    weight : float
        How often it is chosen, compared with the others.
    make : callable
        Returns the content of a file.
    use : callable
        Reads the file with a public entry.
    suffix : str
        Of the file's name.
    """

    name: str
    weight: float
    make: Make
    use: Use
    suffix: str = ""


PROTOCOLS = ["casme2-str", "megc2019-cde", "megc2020-spot-casme-sq", "synthetic-str"]
LAYOUTS: tuple[ReportFormat, ...] = ("table", "json", "markdown", "csv", "latex")

PROTOCOL_TOML = (
    TOY_TOML
    + """subject_in_video = '^s?([0-9]+)[_/]'
label_map = { anger = "negative" }
excluded_labels = ["fear"]
exclusions = [{ subject = "1", video = "b", reason = "no face" }]
videos = { patterns = ['v([0-9]+)x*', '(w)[a-z]+'], names = { "7" = "p0012" } }

[expected]
subjects = 2
classes = { negative = 1 }
"""
)

PUBLISHED_CSV = b"""method,protocol,year,venue,source,strs,tp,fp,fn,spotting_f1,uf1
A,casme2-str@1,2021,x,table 2,0.1,10,20,30,0.285714,0.5
B,casme-sq-str@1,2022,y,table 3,.05,,,,28.57,
"""


def reading(good: dict[str, Path]) -> Use:
    """Return what a command does with a truth or with predictions, whatever the format."""

    def use(path: Path, chance: Chance) -> None:
        protocol = chance.choice([str(good["protocol"])] * 4 + PROTOCOLS)
        truth = chance.choice([good["truth"], good["truth"], path])
        thresholds: list[Threshold | None] = [None, 0.45, {"micro": 0.45}]
        options = ScoringOptions(
            clip=chance.random() < 0.3,
            outside_as=chance.choice([None, "surprise"]),
            kind=chance.choice([None, "micro"]),
            score_threshold=chance.choice(thresholds),
            first_frame=chance.choice([None, 0, 1]),
            log_order=chance.choice([None, "predicted-truth"]),
            ids=chance.choice([None] * 5 + ["sheet"]),
            truth_ids=chance.choice([None] * 5 + ["sheet"]),
        )
        role: Role = chance.choice(["predictions", "truth"])
        verb = chance.randrange(7)
        if verb <= 2:
            predictions = chance.choice([path, path, good["submission"]])
            by: PartUnit | None = chance.choice([None, "subject", "video", "dataset"])
            report = score_with_options(predictions, truth, protocol, options, by=by)
            render_report(report, chance.choice(LAYOUTS))
        elif verb == 3:
            found, _ = validate(path, role=role, truth=truth, protocol=protocol, options=options)
            formatting.as_text(found.kept, found.omitted)
        elif verb == 4:
            as_csv = chance.random() < 0.5
            convert(role, path, protocol, options, Findings(), truth=truth, as_csv=as_csv)
        elif verb == 5:
            blind(path)
        else:
            merge([path, good["submission"]])

    return use


def texts(seeds: Sequence[bytes]) -> Make:
    """Return a maker of broken texts."""

    def make(chance: Chance) -> bytes:
        seed = splice(seeds, chance) if chance.random() < 0.05 else chance.choice(seeds)
        return mutate_text(seed, chance)

    return make


def documents(seeds: Sequence[bytes], schema: str, *, toml: bool = False) -> Make:
    """Return a maker of broken documents: changed seeds, and new ones from the schema."""
    content = json.loads((shared_folder("schemas") / f"{schema}-1.json").read_text("utf-8"))
    parsed = [] if toml else [json.loads(seed) for seed in seeds]

    def make(chance: Chance) -> bytes:
        way = chance.random()
        if way < 0.25:
            document = generated(content, chance, content)
            if way < 0.05:
                document = mutate_document(document, chance)
            is_table = toml and isinstance(document, dict)
            return to_toml(document) if is_table else to_json(document, chance)
        seed = chance.choice(seeds)
        return mutate_json(seed, chance) if parsed else mutate_text(seed, chance)

    return make


def _use_report(good: dict[str, Path]) -> Use:
    def use(path: Path, chance: Chance) -> None:
        report = read_report(path)
        render_report(report, chance.choice(LAYOUTS))
        protocol = chance.choice([None, str(good["protocol"])])
        verify(report, good["submission"], good["truth"], protocol)

    return use


def _use_protocol(good: dict[str, Path]) -> Use:
    def use(path: Path, chance: Chance) -> None:
        protocol = load_protocol(path)
        predictions = chance.choice([good["submission"], good["table"], good["videos"]])
        score(predictions, good["truth"], protocol)

    return use


def _use_published(path: Path, chance: Chance) -> None:
    audit([path])


def _use_vector(path: Path, chance: Chance) -> None:
    run_vector(path)


_ANY: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        0.5,
        float("nan"),
        10**400,
        "",
        "x",
        "\0",
        "toy@1",
        b"x",
        [],
        {},
        (),
        set(),
    ),
    *([1], {"a": 1}, {1: 2}, object(), Path(), Path("x" * 5000), "~nouser/x", "x.toml", range(3)),
    *(
        Findings,
        "micro",
        "positive",
        {"micro": 0.5},
        {"micro": "x"},
        Path("/dev"),
        "\ud800",
        1 + 2j,
    ),
]


def _use_python(good: dict[str, Path]) -> Use:
    options = ("clip", "outside_as", "by", "score_threshold", "allow_missing")

    def use(path: Path, chance: Chance) -> None:
        def pick(*usual: Any) -> Any:
            return chance.choice(_ANY) if chance.random() < 0.3 else chance.choice(usual)

        parsed: Any = path
        if chance.random() < 0.5:
            parsed = mutate_document(json.loads(good["submission"].read_bytes()), chance)
        truth: Any = json.loads(good["truth"].read_bytes())
        if chance.random() < 0.2:
            truth = mutate_document(truth, chance)
        protocol = pick(str(good["protocol"]), good["protocol"], load_protocol(good["protocol"]))
        if chance.random() < 0.1:
            load_protocol(pick("toy", "casme2-str", good["protocol"]))
        named = {name: chance.choice(_ANY) for name in options if chance.random() < 0.08}
        report = score(
            pick(parsed, good["submission"]), pick(truth, good["truth"]), protocol, **named
        )
        render_report(report, pick(*LAYOUTS))

    return use


def _board(folder: Path) -> tuple[Make, Use]:
    """Return functions that break a file of a valid board, and that build the board."""
    from tests.datasets.licensed.running import CommandLine
    from tests.leaderboard.made import SYNTHETIC, Boards, submission

    boards = Boards(CommandLine(folder))
    (boards.board() / "submissions").mkdir(parents=True)
    boards.added(submission("one", 5), "--name", "one")
    boards.added(submission("two", 9), "--name", "two")
    rows = (shared_folder("leaderboards") / "casme-sq-str@1" / PUBLISHED).read_text("utf-8")
    own = rows.replace("casme-sq-str@1", SYNTHETIC).split("\n[[rows]]")[:3]
    (boards.board() / PUBLISHED).write_text("\n[[rows]]".join(own), "utf-8")
    paths = [path for path in sorted(boards.board().rglob("*")) if path.suffix != ".lock"]
    kept = {LOG, PUBLISHED, "one.json", "two.json"}
    files = {
        path.relative_to(boards.board()).as_posix().encode(): path.read_bytes()
        for path in paths
        if path.name in kept
    }
    protocol = load_shipped_protocol(SYNTHETIC)

    def make(chance: Chance) -> bytes:
        name = chance.choice(list(files))
        mutate = mutate_json if name.endswith(b".json") else mutate_text
        return name + b"\0" + mutate(files[name], chance)

    def use(path: Path, chance: Chance) -> None:
        name, _, content = path.read_bytes().partition(b"\0")
        if name not in files:  # a minimized input
            return
        target = boards.board() / name.decode()
        target.write_bytes(content)
        try:
            root = boards_root(boards.root)
            build_board(BoardFolder(root / SYNTHETIC, protocol), {}, lambda done: None)
        finally:
            target.write_bytes(files[name])

    return make, use


def targets(folder: Path) -> list[Target]:
    """Return all targets, with the valid files that they need in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    good = {
        name: write(folder, f"good {name.replace(' ', '-')}", text) for name, text in TEXTS.items()
    }
    good["protocol"] = write(folder, "toy.toml", TOY_TOML)
    seeds = {name: path.read_bytes() for name, path in good.items()}
    report = score(good["submission"], good["truth"], good["protocol"])
    good["report"] = write(folder, "report.json", report.to_json())
    assert Report.model_validate(report.to_json())
    protocols = [PROTOCOL_TOML.encode(), *map(Path.read_bytes, _shipped("protocols", "*.toml"))]
    published = [*map(Path.read_bytes, _shipped("leaderboards", "**/published.toml"))]
    vectors = [path.read_bytes() for path in _shipped("conformance", "*.json")]
    make_board, use_board = _board(folder / "boards")
    use = reading(good)
    return [
        Target("submission", 18, documents([seeds["submission"]], "submission"), use, ".json"),
        Target("truth", 14, documents([seeds["truth"]], "truth"), use, ".json"),
        Target("csv table", 14, texts([seeds["table"]]), use, ".csv"),
        Target("csv of MEGC", 8, texts([seeds["videos"]]), use, ".csv"),
        Target("spotting log", 6, texts([seeds["spotting log"]]), use, ".txt"),
        Target("recognition log", 6, texts([seeds["recognition log"]]), use, ".txt"),
        Target("sample list", 4, texts([seeds["sample list"]]), use, ".csv"),
        Target(
            "protocol", 8, documents(protocols, "protocol", toml=True), _use_protocol(good), ".toml"
        ),
        Target(
            "published rows",
            3,
            documents([row[:6000] for row in published], "published", toml=True),
            _use_published,
            ".toml",
        ),
        Target("published csv", 3, texts([PUBLISHED_CSV]), _use_published, ".csv"),
        Target(
            "report",
            6,
            documents([good["report"].read_bytes()], "report"),
            _use_report(good),
            ".json",
        ),
        Target(
            "vector", 3, lambda chance: mutate_json(chance.choice(vectors), chance), _use_vector
        ),
        Target("python call", 6, texts([seeds["submission"]]), _use_python(good), ".json"),
        Target("board", 0.3, make_board, use_board),
        Target("command", 1, texts(list(seeds.values())), command(good, folder / "command")),
        *(Target(*parts) for parts in media.targets(folder / "media")),
    ]


def _shipped(name: str, pattern: str) -> list[Path]:
    return sorted(shared_folder(name).glob(pattern))
