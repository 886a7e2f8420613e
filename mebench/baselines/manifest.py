"""How and when a run was made: what its submission leaves out on purpose."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mebench
from mebench.baselines.folds import PlannedFold
from mebench.baselines.plan import Plan
from mebench.baselines.run_folder import FoldResult
from mebench.baselines.stated import deviations
from mebench.version import VERSION

if TYPE_CHECKING:
    from mebench.baselines.request import RunConfig

PACKAGES = (
    "numpy",
    "opencv-contrib-python-headless",
    "scipy",
    "numba",
    "keras",
    "tensorflow",
    "dlib-bin",
    "distributed",
)
"""Their versions are written down where they are installed."""


def build_manifest(
    request: RunConfig,
    plan: Plan,
    folds: Sequence[PlannedFold],
    results: Sequence[FoldResult],
) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    options = request.options.model_dump(mode="json")
    chosen = request.options.model_fields_set
    return {
        "format": "mebench-run/1",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": request.given,
        "options_passed": {name: options[name] for name in options if name in chosen},
        "options_defaulted": {name: options[name] for name in options if name not in chosen},
        "deviations": deviations(request.baseline, request.options),
        "plan": plan.model_dump(mode="json"),
        "plan_digest": plan.digest,
        "folds": [
            {
                "test": list(fold.subject),
                "seed": fold.seed,
                "seconds": result.seconds,
                "intervals_clipped": result.head["clipped"],
            }
            for fold, result in zip(folds, results, strict=True)
        ],
        "versions": {
            "mebench": VERSION,
            "python": platform.python_version(),
            "platform": platform.platform(),
            **dict(_versions()),
        },
        "git_revision": _revision(Path(mebench.__file__).parent),
        "executable": sys.executable,
    }


def _versions() -> list[tuple[str, str]]:
    found = []
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found


def _revision(folder: Path) -> str | None:
    """Return the git revision of a checkout, with `+` where files were changed."""
    if not (folder.parent / ".git").exists():
        return None
    try:
        revision = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return revision + "+" * bool(changed)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()
