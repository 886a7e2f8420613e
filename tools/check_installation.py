"""Install mebench as its users do, into fresh virtual environments, and run it there.

``python -m tools.check_installation [core|opencv|wheels ...]``; without names, all three:

- ``core``: mebench alone scores, validates, audits and prints help; its size; what is not there.
- ``opencv``: an ``opencv-python`` that was installed first stays unchanged.
- ``wheels``: a wheel of every distribution, installed together, runs the README's commands.

Packages come from the package index of pip's own configuration; ``constraints.txt`` holds versions.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
DISTRIBUTIONS = (
    ROOT,
    ROOT / "datasets" / "synthetic",
    ROOT / "baselines" / "vision",
    ROOT / "baselines" / "mean",
    ROOT / "baselines" / "classics",
)
SIZE_LIMIT_MB = 320
HEAVY = (
    *("cv2", "matplotlib", "tensorflow", "keras", "numba", "dlib"),
    *("python_calamine", "jinja2", "dask"),
)


class Environment:
    """A fresh virtual environment.

    Parameters
    ----------
    folder : Path
        Where to make it.
    """

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.folder, self.bin = folder, folder / ("Scripts" if os.name == "nt" else "bin")
        # Of the user's environment, nothing must be seen here.
        self._variables = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def pip(self, *arguments: str | Path) -> None:
        """Run pip with the constraints of the repository."""
        quiet = ("--disable-pip-version-check", "--quiet")
        constraints = ("--constraint", str(ROOT / "constraints.txt"))
        pip = (self.bin / "python", "-m", "pip", *quiet, "install", *constraints)
        self._call([*pip, *arguments], self.folder)

    def run(self, *command: str, folder: Path, status: int = 0) -> str:
        """Run a command of the environment; stop if its exit status is another than expected."""
        return self._call([self.bin / command[0], *command[1:]], folder, status)

    def has(self, module: str) -> bool:
        """Return whether a module can be imported."""
        code = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
        return subprocess.run([self.bin / "python", "-c", code], check=False).returncode == 0

    def megabytes(self) -> float:
        """Return the size of what is installed, without pip itself and compiled bytecode."""
        skipped = {"pip", "setuptools", "__pycache__"}
        return (
            sum(
                path.stat().st_size
                for path in self.folder.rglob("*")
                if path.is_file() and not path.is_symlink() and not skipped & set(path.parts)
            )
            / 1e6
        )

    def _call(self, command: list[str | Path], folder: Path, status: int = 0) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env=self._variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != status:
            sys.exit(
                f"{' '.join(map(str, command))}\nexit status {done.returncode} instead of "
                f"{status}\n{done.stdout}{done.stderr}"
            )
        return done.stdout + done.stderr


TRUTH = "subject,video,onset,offset,emotion\n1,EP02_01f,45,85,happiness\n1,EP03_02,130,160,others\n"
PREDICTIONS = (
    "subject,video,onset,offset,emotion,score\n"
    "1,EP02_01f,46,83,happiness,0.91\n1,EP03_02,120,158,others,0.64\n"
)


def check_core(folder: Path) -> None:
    """Check what mebench does without any extra."""
    core = Environment(folder / "core")
    core.pip(ROOT)
    size = core.megabytes()
    print(f"core: {size:.0f} MB installed (limit {SIZE_LIMIT_MB})")
    if size > SIZE_LIMIT_MB:
        sys.exit("core is larger than its limit")
    there = [module for module in HEAVY if core.has(module)]
    if there:
        sys.exit(f"core brings {', '.join(there)}")
    (folder / "truth.csv").write_text(TRUTH, encoding="utf-8")
    (folder / "preds.csv").write_text(PREDICTIONS, encoding="utf-8")
    scored = ("preds.csv", "--truth", "truth.csv", "--protocol", "casme2-str")
    working: tuple[tuple[str, ...], ...] = (
        ("--help",),
        ("demo",),
        ("score", *scored),
        ("score", *scored, "--format", "latex"),
        ("validate", *scored),
        ("convert", "predictions", *scored, "-o", "preds.json"),
        ("template", "--protocol", "casme2-str"),
        ("protocols",),
        ("datasets",),
        ("run-baseline", "--list"),
        ("conformance",),
        ("schema", "submission"),
        ("explain", "unknown-emotion"),
        ("audit", "--rules"),
    )
    for command in working:
        core.run("mebench", *command, folder=folder)
    print("core: scores, validates, converts, audits")
    missing: tuple[tuple[str, ...], ...] = (
        ("plot", "confusion", "report.json", "-o", "confusion.png"),
        ("run-baseline", "mean"),
        ("run-baseline", "random"),
        ("synth", "-o", "faces"),
        ("datasets", "show", "synthetic"),
    )
    core.run("mebench", "score", *scored, "--format", "json", "-o", "report.json", folder=folder)
    for command in missing:
        answer = core.run("mebench", *command, folder=folder, status=2)
        print(f"core: mebench {' '.join(command)}\n{answer.strip()}")
        if "In a checkout of mebench" not in answer:
            sys.exit("the answer does not say what to install")


def fingerprint(folder: Path) -> str:
    """Return a hash over the files of a folder."""
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return content.hexdigest()


def check_opencv(folder: Path) -> None:
    """Check that an OpenCV that is there already is used, and not overwritten."""
    mine = Environment(folder / "opencv")
    mine.pip("opencv-python")
    packages = next((folder / "opencv").glob("lib/python*/site-packages"))
    before = fingerprint(packages / "cv2")
    mine.pip(f"{ROOT}[all]", DISTRIBUTIONS[1])
    if fingerprint(packages / "cv2") != before:
        sys.exit("the user's OpenCV was overwritten")
    wheels = sorted(path.name for path in packages.glob("opencv_*.dist-info"))
    if len(wheels) != 1:
        sys.exit(f"several OpenCV packages in one environment: {wheels}")
    show = ("--subject", "s01", "--video", "v1", "-o", "sheet.png")
    mine.run("mebench", "datasets", "preview", "synthetic", *show, folder=folder)
    print(f"opencv: {wheels[0]} is used unchanged; rendered {folder.name}/sheet.png")


def check_wheels(folder: Path) -> None:
    """Check a wheel of every distribution, installed together."""
    every = Environment(folder / "wheels")
    every.pip("build", "hatchling")
    built = folder / "dist"
    for source in DISTRIBUTIONS:
        build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(source))
        every.run("python", *build, folder=folder)
    wheels = sorted(built.glob("*.whl"))
    for wheel in wheels:
        print(f"wheels: {wheel.name}, {wheel.stat().st_size / 1e6:.2f} MB")
    every.pip(*wheels, f"{wheels[0]}[all,opencv]")
    demo = ("demo", "--write", "example")
    example = ("--truth", "example/truth.json", "--protocol", "example/protocol.toml")
    for command in (
        demo,
        ("score", "example/predictions.json", *example),
        ("datasets",),
        ("datasets", "show", "synthetic"),
        ("run-baseline", "--list"),
        ("run-baseline", "random", "-o", "runs/random"),
        ("plot", "confusion", "runs/random", "-o", "confusion.pdf"),
        ("leaderboard", "build", "--boards", str(ROOT / "leaderboards"), "--check"),
        ("audit", "--rules"),
        ("conformance",),
        ("synth", "-o", "faces", "--subjects", "1", "--videos", "1", "--seconds", "2"),
    ):
        every.run("mebench", *command, folder=folder)
    print("wheels: the README's commands run")


CHECKS: dict[str, Callable[[Path], None]] = {
    "core": check_core,
    "opencv": check_opencv,
    "wheels": check_wheels,
}


def main() -> None:
    """Run the checks that are named, each in a folder that is removed afterwards."""
    for name in sys.argv[1:] or CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            CHECKS[name](Path(folder))


if __name__ == "__main__":
    main()
