"""Names made to do harm, on a board whose truth has some too."""

from __future__ import annotations

import shutil

from tests.datasets.licensed.running import CommandLine
from tests.leaderboard.made import VIS, Boards, submission, vis_truth

NAMES = [
    "<script>document.title = 'broken'</script>",
    "</script><script>document.title = 'broken'</script>",
    '"onload="document.title=1" x=\'',
    "{{ 7 * 7 }}{% raw %}",
    "=cmd|' C'!A0",
    "@SUM(1)",
    "+1",
    "-5",
    "\ttab",
    "\rreturn",
    "a|b`c`[d](http://e)*f*_g_~h~<i>",
    "# $_%&{}~^\\input{x} \\\\ \\end{tabular}",
    "new\nline\r\n\r\n| x | y |",
    "x" * 200,
    "w " * 100,
    "\u202eevil\u2066",
    "a\u2028b\u2029c\x85d",
    "\x1b[31mred\x00\x07",
    "שלום (1) مرحبا",
    "日本語 😀 e\u0301",
    "1. one",
    "- two",
    "&lt;b&gt; &amp; &#60;",
    "-->",
    "__proto__",
]


def hostile_boards(boards: Boards) -> None:
    """Put a row with each name everywhere on a board, and build it.

    Each is added to a board of its own, since adding scores all entries of the board again.
    """
    truth = vis_truth()
    subjects = {f"s{place + 1}": NAMES[place] for place in range(8)}
    for video in truth["videos"]:
        video["subject"] = subjects[video["subject"]]
    option = ("--truth", f"{VIS}={boards.write('truth.json', truth)}")
    log = ""
    for place, name in enumerate(NAMES):
        document = submission(
            name,
            place + 1,
            truth=truth,
            protocol=VIS,
            version=name[:100],
            authors=[name],
            paper=name,
            code=name,
            url=name,
            hardware=name,
            scored=bool(place % 2),
        )
        texts = ("--caveat", name.replace("\x00", ""), "--source", name.replace("\x00", ""))
        alone = Boards(CommandLine(boards.folder / f"row-{place}"))
        alone.root.mkdir(parents=True)
        alone.added(document, *option, *texts, "--reason", "x", "--name", f"row-{place}")
        log += (alone.board(VIS) / "log.jsonl").read_text()
        shutil.copytree(alone.board(VIS), boards.board(VIS), dirs_exist_ok=True)
    (boards.board(VIS) / "log.jsonl").write_text(log)
    run = boards.build(*option)
    assert run.status == 0, run.said
