"""The folder of a challenge: write it, and keep what is computed in it up to date.

Organizers edit the settings, the protocol, the pages, the logo and the truth. The rest is computed
from these: what participants get (``public``) and the settings of the board (``boards``).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from mebench.challenge.logo import logo_png
from mebench.challenge.rules_text import rules_text
from mebench.challenge.scoring import BLIND, PROTOCOL, TRUTH
from mebench.challenge.settings import SETTINGS, parse_challenge, read_challenge
from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place, UsageError
from mebench.diagnostics.escaping import escape_markdown
from mebench.evaluation.challenge_files import blind, template
from mebench.evaluation.expected_counts import compare_counts, summarize_differences
from mebench.evaluation.ground_truth import SpottingTruth, build_truth
from mebench.evaluation.inputs import check_task
from mebench.formats.loader import read_truth
from mebench.formats.writers import to_truth_manifest
from mebench.leaderboard.board_folder import PROTOCOL as BOARD_PROTOCOL
from mebench.leaderboard.board_folder import SETTINGS as BOARD_SETTINGS
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.find_boards import PAGE, board_of_option
from mebench.models.challenge import CHALLENGE_FORMAT, Challenge
from mebench.models.protocol import ExpectedCounts, Protocol
from mebench.protocols.loader import load_protocol
from mebench.util.atomic_write import make_folder, to_json_text, write_bytes
from mebench.util.resources import shared_folder, shipped_truth_path
from mebench.util.toml_text import toml_value
from mebench.version import VERSION

SECRET, PUBLIC, BOARDS = "secret", "public", "boards"
RULES, TEMPLATE = "rules.md", "template.json"
OVERVIEW, TERMS, LOGO = "overview.md", "terms.md", "logo.png"

_FILES = Path(__file__).parent / "files"


@dataclass(frozen=True, slots=True)
class OrganizerFolder:
    """The folder of a challenge, and what its organizers should know about it."""

    path: Path
    challenge: Challenge
    protocol: Protocol
    warnings: list[Diagnostic]

    @property
    def truth(self) -> Path:
        """The complete truth."""
        return self.path / SECRET / TRUTH

    def public(self, name: str) -> Path:
        """Return a file that participants get."""
        return self.path / PUBLIC / name


def write_challenge(
    folder: Path,
    protocol_name: str,
    truth: Path | None,
    *,
    start: str,
    end: str,
    title: str | None = None,
    organizer: str | None = None,
    contact: str | None = None,
    image: str | None = None,
) -> OrganizerFolder:
    """Write the folder of a new challenge.

    ``truth`` can have any known format; by default it is the one that comes with mebench, if any.
    ``start`` and ``end`` are ISO dates or times. Nothing is written if there are problems.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError.of(
            "folder-occupied",
            "The folder is not empty.",
            "Use a new or empty folder.",
            Place(file=str(folder)),
        )
    protocol = load_protocol(protocol_name)
    truth = truth if truth is not None else shipped_truth_path(protocol.only_dataset)
    if truth is None:
        raise UsageError.of(
            "truth-needed",
            f"The truth of {protocol.id} is not part of mebench.",
            "Pass the complete truth with --truth FILE.",
        )
    settings = {
        "format": CHALLENGE_FORMAT,
        "title": title or protocol.title,
        "organizer": organizer or "the organizers",
        "description": " ".join(protocol.description.split()) or f"{protocol.title}.",
    }
    settings |= {"contact": contact} if contact else {}
    text = _settings_text(settings, image, {"name": "Challenge", "start": start, "end": end})
    challenge = parse_challenge(text, folder / SETTINGS)
    _check_truth(truth, protocol)
    manifest = to_truth_manifest(read_truth(truth, Findings()), truth)
    words = {
        "title": escape_markdown(challenge.title),
        "organizer": escape_markdown(challenge.organizer),
        "description": escape_markdown(challenge.description),
        "version": VERSION,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "id": protocol.id,
    }
    own = protocol_name.endswith(".toml")
    shipped = shared_folder("protocols") / f"{protocol.id}.toml"
    files = {
        SETTINGS: text.encode(),
        PROTOCOL: (Path(protocol_name) if own else shipped).read_bytes(),
        f"{SECRET}/{TRUTH}": to_json_text(manifest.to_json()).encode(),
        ".gitignore": f"/{SECRET}/\n".encode(),
        LOGO: logo_png(),
        "docker/requirements.txt": _requirements().encode(),
        "docker/Dockerfile": _filled("Dockerfile", words),
        **{name: _filled(name, words) for name in (OVERVIEW, TERMS, "README.md")},
    }
    make_folder(folder)
    for name, content in files.items():
        write_bytes(folder / name, content, with_folder=True, durable=False)
    return update_challenge(folder)


def _settings_text(settings: dict[str, str], image: str | None, phase: dict[str, str]) -> str:
    docker_image = f"docker_image = {toml_value(image or f'NAME/mebench:{VERSION}')}"
    lines = [f"{name} = {toml_value(value)}" for name, value in settings.items()]
    lines += [
        "# The image in which Codabench scores, once you have built it (see README.md):",
        docker_image if image else f"# {docker_image}",
        "# Which submission Codabench's board shows: Add, Add_And_Delete, Add_And_Delete_Multiple,",
        "# Force_Last, Force_Latest_Multiple or Force_Best; and whether only you see the board.",
        'leaderboard = "Force_Last"',
        "hidden_leaderboard = false",
        "",
        "# One table per phase. A date is the complete day in UTC; 2026-06-30T23:59:00-12:00 is a",
        "# moment in another zone.",
        "[[phases]]",
        *(f"{name} = {toml_value(value)}" for name, value in phase.items()),
        "max_submissions = 100",
        "max_submissions_per_day = 5",
        "execution_time_limit = 600  # seconds",
    ]
    return "\n".join(lines) + "\n"


def _filled(name: str, words: dict[str, str]) -> bytes:
    """Return a file of the package with the words in their places."""
    text = (_FILES / name).read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: words[match[1]], text).encode()


def _requirements() -> str:
    """Return the versions of the packages with which mebench runs here."""
    lines = ["# The packages of mebench, in the versions with which this folder was written."]
    try:
        stated = requires("mebench") or []
        names = [re.split(r"[^\w.-]", text)[0] for text in stated if "extra ==" not in text]
        lines += [f"{name}=={version(name)}" for name in names]
    except PackageNotFoundError:  # mebench is imported from a folder
        pass
    return "\n".join(lines) + "\n"


def open_challenge(folder: Path) -> OrganizerFolder:
    """Return the folder of a challenge after checking its settings, protocol and truth."""
    challenge = read_challenge(folder)
    protocol = load_protocol(folder / PROTOCOL)
    truth = folder / SECRET / TRUTH
    _check_truth(truth, protocol)
    warnings = []
    if any(expected.classes for expected in _expected(protocol)):
        warnings.append(
            Diagnostic(
                "challenge-counts-public",
                "warning",
                "The protocol, which participants get, states how many expressions each class has.",
                "If they must not know this, remove `classes` below `expected`.",
                Place(file=str(folder / PROTOCOL)),
            )
        )
    return OrganizerFolder(folder, challenge, protocol, warnings)


def _expected(protocol: Protocol) -> list[ExpectedCounts]:
    own = [dataset.expected for dataset in protocol.datasets]
    return [expected for expected in (protocol.expected, *own) if expected is not None]


def _check_truth(path: Path, protocol: Protocol) -> None:
    """Raise the problems because of which no submission could be scored on a truth."""
    findings, place = Findings(), Place(file=str(path))
    table = read_truth(path, findings)
    findings.raise_errors()
    if table.blind:
        raise MebenchError.of(
            "truth-blind",
            "This truth is blind: its labels were removed.",
            "Use the complete truth; the blind one is made from it.",
            place,
        )
    check_task(table, protocol, findings)
    findings.raise_errors()
    truth = build_truth(table, protocol, findings)
    findings.raise_errors()
    differences = [str(count) for count in compare_counts(truth) if count.found != count.expected]
    if differences:
        raise MebenchError.of(
            "board-counts-differ",
            f"The truth does not have the counts that {protocol.id} expects: "
            f"{summarize_differences(differences)}.",
            "Complete the truth, or correct `expected` in your own protocol.",
            place,
        )
    if not len(truth.truths if isinstance(truth, SpottingTruth) else truth.truth):
        raise MebenchError.of(
            "truth-empty",
            f"The truth has nothing that {protocol.id} scores.",
            "Check the kinds and labels in the truth, and the scope of the protocol.",
            place,
        )


def update_challenge(folder: Path) -> OrganizerFolder:
    """Write again what is computed from the settings, the protocol and the truth."""
    opened = open_challenge(folder)
    challenge, protocol = opened.challenge, opened.protocol
    # Other rows would show participants the frames of expressions, or confuse them.
    other: dict[str, Any] = {"samples": []} if protocol.spots else {"videos": []}
    blinded = to_json_text(blind(opened.truth).model_copy(update=other).to_json()).encode()
    rules = (folder / PROTOCOL).read_bytes()
    for name, content in {
        BLIND: blinded,
        PROTOCOL: rules,
        RULES: rules_text(challenge, protocol).encode(),
    }.items():
        write_bytes(opened.public(name), content, with_folder=True, durable=False)
    # From the blind truth: which videos are in scope can depend on the labels.
    empty = to_json_text(template(protocol, opened.public(BLIND))).encode()
    write_bytes(opened.public(TEMPLATE), empty, durable=False)
    boards = folder / BOARDS
    make_folder(boards)
    own = BoardFolder(boards / protocol.id, protocol)
    if not own.names():  # the rules of a board with entries do not change
        write_bytes(own.path / BOARD_PROTOCOL, rules, with_folder=True, durable=False)
    board = board_of_option(boards, str(folder / PROTOCOL))
    described = {"title": challenge.title} | (
        {"text": challenge.description} if challenge.description else {}
    )
    remark = f"# Written by `mebench challenge pack` from {SETTINGS}.\n"
    page = remark + "".join(f"{key} = {toml_value(text)}\n" for key, text in described.items())
    deadline = f"deadline = {toml_value(challenge.phases[-1].end)}\n"
    for path, content in {
        boards / PAGE: page.encode(),
        board.path / BOARD_SETTINGS: (page + deadline).encode(),
    }.items():
        write_bytes(path, content, with_folder=True, durable=False)
    return opened
