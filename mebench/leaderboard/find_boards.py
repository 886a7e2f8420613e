"""Find boards: those of the protocols of mebench, and those of one's own protocols.

A board of one's own protocol has it in its folder, as ``protocol.toml``. The folder has the name
of the protocol's id. A name in a submission or a folder is never a path.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from mebench.diagnostics import Findings, Place, UsageError
from mebench.leaderboard.board_folder import (
    ENTRIES,
    PROTOCOL,
    PUBLISHED,
    SETTINGS,
    SUBMISSIONS,
    BoardFolder,
    digest_of_rules,
)
from mebench.leaderboard.board_settings import read_settings
from mebench.models.leaderboard import BoardSettings, PageSettings
from mebench.models.protocol import Protocol
from mebench.protocols.loader import (
    is_shipped,
    load_protocol,
    load_shipped_protocol,
    shipped_protocol_ids,
)
from mebench.util.regular_file import (
    IrregularFileError,
    check_folder,
    check_regular,
    read_regular,
)
from mebench.util.text import did_you_mean

PAGE = "page.toml"
"""Title and text of the page of all boards, beside their folders."""


def boards_root(given: Path | None) -> Path:
    """Return the folder of all boards, by default ``leaderboards`` in the working directory."""
    root = given if given is not None else Path("leaderboards")
    if not root.is_dir():
        raise UsageError.of(
            "boards-missing",
            f"The folder of leaderboards {root} does not exist.",
            "Pass --boards DIR, or create the folder.",
            Place(file=str(root)),
        )
    return root


def board_of(root: Path, name: str) -> BoardFolder:
    """Return the board of a protocol, by its id with or without version.

    Its folder need not exist if the protocol comes with mebench.
    """
    own = {path.name: path for path in _folders(root) if os.path.lexists(path / PROTOCOL)}
    known = {*own, *shipped_protocol_ids()}
    if name not in known:
        versions = [id_ for id_ in known if id_.rpartition("@")[0] == name]
        name = max(versions, key=_version, default=name)
    if name in own:
        return _opened(own[name], own_protocol(own[name]))
    protocol = load_shipped_protocol(name, own)
    return _opened(root / protocol.id, protocol)


def board_of_option(root: Path, given: str) -> BoardFolder:
    """Return the board of ``--protocol``: an id, or the path of a ``.toml`` file.

    ``board-protocol`` if the board has other rules, or the id belongs to a protocol of mebench.
    """
    if not given.endswith(".toml"):
        return board_of(root, given)
    content = read_given(Path(given))
    protocol = load_protocol(given)
    board = _opened(root / protocol.id, protocol)
    if is_shipped(protocol):
        return board
    _check_own(protocol, given)
    check_same_rules(board)
    return replace(board, new_protocol=content)


def read_given(path: Path) -> bytes:
    """Return the content of a file that the user names and that is read twice: not of a pipe."""
    try:
        return read_regular(path, follow_links=True)
    except IrregularFileError as error:
        raise UsageError([error.as_diagnostic()]) from None
    except OSError as error:
        raise UsageError.of(
            "file-unreadable",
            f"The file cannot be read: {error.strerror}.",
            "Check the path.",
            Place(file=str(path)),
        ) from None


def check_same_rules(board: BoardFolder) -> bool:
    """Return whether the folder already has the protocol; ``board-protocol`` if it differs."""
    path = board.path / PROTOCOL
    if not os.path.lexists(path):
        return False
    if digest_of_rules(own_protocol(board.path)) != digest_of_rules(board.protocol):
        raise UsageError.of(
            "board-protocol",
            f"The rules of the board {board.id} are not those of the given protocol.",
            f"Give the changed protocol a new version in its id, or change {path} and score all "
            "entries again with `mebench leaderboard rescore`.",
            Place(file=str(path)),
        )
    return True


def own_protocol(folder: Path) -> Protocol:
    """Return the protocol in the folder of a board."""
    path = folder / PROTOCOL
    try:
        check_folder(folder)
        check_regular(path)
    except IrregularFileError as error:
        raise UsageError([error.as_diagnostic()]) from None
    protocol = load_protocol(path)
    if protocol.id != folder.name:
        raise UsageError.of(
            "board-protocol",
            f"The id of the protocol is {protocol.id!r}, but its folder is {folder.name[:80]!r}.",
            f"Rename the folder to {protocol.id}, or correct the id.",
            Place(file=str(path)),
        )
    _check_own(protocol, str(path))
    return protocol


def _check_own(protocol: Protocol, file: str) -> None:
    if protocol.id in shipped_protocol_ids() and not is_shipped(protocol):
        raise UsageError.of(
            "board-protocol",
            f"The id {protocol.id} belongs to a protocol of mebench with other rules.",
            "Give your protocol another id.",
            Place(file=file),
        )


def all_boards(root: Path) -> list[BoardFolder]:
    """Return the boards that are not empty, sorted by protocol id."""
    boards, findings = [], Findings()
    for path in _folders(root):
        name = path.name
        contents = (PUBLISHED, SUBMISSIONS, ENTRIES, PROTOCOL, SETTINGS)
        if not any(os.path.lexists(path / content) for content in contents):
            continue
        if os.path.lexists(path / PROTOCOL):
            protocol = own_protocol(path)
        elif name in shipped_protocol_ids():
            protocol = load_shipped_protocol(name)
        else:
            raise UsageError.of(
                "unknown-protocol",
                f"The folder name {name[:80]!r} is not the id of a protocol of this version."
                + did_you_mean(name, shipped_protocol_ids()),
                "Name the folder by protocol and version, such as casme2-str@1, or copy your own "
                f"protocol into it as {PROTOCOL}.",
                Place(file=str(path)),
            )
        boards.append(BoardFolder(path, protocol))
        boards[-1].check_files(findings)
    findings.raise_errors()
    return [_with_settings(board) for board in boards]


def page_settings(root: Path) -> PageSettings:
    """Return title and text of the page of all boards."""
    return read_settings(root / PAGE, PageSettings)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if not path.name.startswith("."))


def _version(identifier: str) -> int:
    version = identifier.rpartition("@")[2]
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _opened(path: Path, protocol: Protocol) -> BoardFolder:
    board, findings = BoardFolder(path, protocol), Findings()
    board.check_files(findings)
    findings.raise_errors()
    return _with_settings(board)


def _with_settings(board: BoardFolder) -> BoardFolder:
    return replace(board, settings=read_settings(board.path / SETTINGS, BoardSettings))
