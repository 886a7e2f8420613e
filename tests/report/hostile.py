"""A page of two systems in which every name is one that was made to do harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.evaluation.documents import TOY_TOML, write
from tests.leaderboard.hostile import NAMES
from tests.report.making import report

LONG = "x" * 90 + "<script>document.title = 'broken'</script>"


def hostile_report(folder: Path) -> Path:
    """Write the page: names of subjects, videos, classes, events and everything of a system."""
    # A TOML string escapes like JSON; a class name is shorter than the names of subjects.
    names = [name for name in NAMES if len(name) < 90 and name.strip() == name]
    classes = ", ".join(json.dumps(name) for name in names[:4])
    toml = TOY_TOML.replace('"negative", "positive", "surprise"', classes)
    toml = toml.replace('title = "A toy"', f"title = {json.dumps(NAMES[0])}")
    write(folder, "toy.toml", toml.replace('subjects = { prefixes = ["sub"], numbers = true }', ""))

    def videos(shift: int) -> list[dict[str, Any]]:
        return [
            {
                "subject": name,
                "video": names[-1 - place],
                "intervals": [
                    {
                        "onset": 10 + shift * (place % 3),
                        "offset": 30,
                        "emotion": names[(place + shift) % 4],
                    }
                ],
            }
            for place, name in enumerate(names)
        ]

    def system(name: str) -> dict[str, Any]:
        texts = dict.fromkeys(("paper", "code", "url", "hardware"), name)
        return {"name": name[:200], "version": name[:100], "authors": [name, name], **texts}

    rows = videos(0)
    for row in rows:
        row |= {
            "n_frames": 60,
            "events": [{"onset": 1, "offset": 5, "label": f"blink {LONG}"[:90]}],
        }
    write(folder, "<script>.json", {"format": "mebench-truth/1", "dataset": "toy", "videos": rows})
    for number, name in enumerate((NAMES[1], NAMES[15])):
        document = {"format": "mebench-submission/1", "protocol": "toy@1", "system": system(name)}
        write(folder, f"<i>{number}.json", document | {"videos": videos(number + 1)})
    truth = ("--truth", "<script>.json", "--protocol", "toy.toml")
    return report(folder, "<i>0.json", *truth, "--compare", "<i>1.json")
