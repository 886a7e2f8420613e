"""Export boards as Markdown, CSV, LaTeX, JSON and an HTML page, reproducible byte by byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mebench.diagnostics import Findings
from mebench.leaderboard.build_board import Board
from mebench.leaderboard.export.board_data import board_data
from mebench.leaderboard.export.html_page import render_html
from mebench.leaderboard.export.tables import board_latex, board_markdown, flat_grid, index_markdown
from mebench.models.leaderboard import PageSettings
from mebench.util.atomic_write import cannot_write, to_json_text
from mebench.util.regular_file import IrregularFileError, check_folder, check_regular, read_regular


def board_files(boards: Sequence[Board], page: PageSettings | None) -> dict[str, str]:
    """Return the content of all exported files, by path relative to the folder of boards.

    The index and the HTML page are only for all boards together: ``page`` is None otherwise.
    """
    files: dict[str, str] = {}
    for board in boards:
        name = board.folder.id
        files[f"{name}/board.md"] = board_markdown(board)
        files[f"{name}/board.csv"] = flat_grid(board).as_csv()
        files[f"{name}/board.tex"] = board_latex(board)
        files[f"{name}/board.json"] = to_json_text(board_data(board))
    if page is not None:
        files["README.md"] = index_markdown(boards, page)
        files["index.html"] = render_html(boards, page)
    return files


def changed_files(folder: Path, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the exported files that are missing in a folder or differ there.

    ``irregular-file`` names all that are links, pipes or devices.
    """
    findings, changed = Findings(), {}
    for name, text in texts.items():
        path, content = folder / name, text.encode()
        try:
            if path.parent != folder:
                check_folder(path.parent)
            if not check_regular(path) or read_regular(path) != content:
                changed[name] = content
        except IrregularFileError as error:
            findings.add(error.as_diagnostic("The file cannot be written"))
        except OSError as error:
            raise cannot_write(path, error, "The file cannot be read") from None
    findings.raise_errors()
    return changed
