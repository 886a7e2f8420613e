"""``mebench``: the list of commands; each module is imported when its command is used.

Exit status: 0 no errors, 1 errors in the files, 2 invalid command.
"""

import gc
import os
import sys
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import typer

from mebench.cli.groups import SuggestingGroup, readable_errors
from mebench.diagnostics import MebenchError
from mebench.util.terminal import visible_streams

COMMANDS = {
    "score": "Score predictions; rank several files in a table.",
    "diagnose": "Explain the errors: one cause each, and its cost.",
    "compare": "Compare systems: is a difference more than chance?",
    "power": "Show which differences a data set can show.",
    "report": "Write one HTML page to browse a score.",
    "validate": "Report all problems in a file.",
    "inspect": "Show what a file looks like and how to read it.",
    "template": "Write an empty submission to fill in.",
    "convert": "Convert a file to mebench's own format.",
    "merge": "Merge the submissions of single folds.",
    "verify": "Score again and compare with a report.",
    "audit": "Check that published numbers agree with each other.",
    "blind": "Remove the labels from a truth file.",
    "challenge": "Prepare a challenge, with its rules, board and bundle.",
    "run-baseline": "Run a baseline on a data set and score it.",
    "stress": "Show where a baseline breaks on rendered faces.",
    "spot": "Spot expressions in your own videos with trained weights.",
    "plot": "Draw a confusion matrix or the curves of a run.",
    "leaderboard": "List and build leaderboards; add, remove or rescore entries.",
    "protocols": "List the protocols, show one or write your own.",
    "datasets": "List the data sets; show, check, preview or cache one.",
    "synth": "Write a data set of rendered faces.",
    "schema": "Print a JSON Schema.",
    "explain": "Explain a code, a metric, a signature or a term.",
    "conformance": "Run the standard's test vectors.",
    "demo": "Score a small example that comes with mebench.",
}
"""The commands with one line of help each."""

MODULES = {
    **dict.fromkeys(["template", "merge", "blind"], "challenge"),
    "challenge": "challenge_bundle",
    **dict.fromkeys(["schema", "conformance", "demo"], "reference"),
    **dict.fromkeys(["verify", "validate"], "score"),
    "inspect": "inspect_file",
}
"""The modules of commands that do not have a module of their own.

The module of a command has a function or a Typer app of its name, or one called ``app``.
"""


COMPLETION = "_MEBENCH_COMPLETE"
"""The environment variable with which a shell asks for completion."""


class LazyGroup(SuggestingGroup):
    """A group that imports the module of a command only when the command is used."""

    def make_context(self, *args: Any, **settings: Any) -> Any:
        """Parse the arguments."""
        with readable_errors():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with readable_errors():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command."""
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Complete the name of a command without importing any."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            SimpleNamespace(value=name, help=None, type="plain")
            for name in COMMANDS
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@cache
def _command(cmd_name: str) -> Any:
    name = cmd_name.replace("-", "_")
    module = vars(import_module(f"mebench.cli.{MODULES.get(name, name)}"))
    command = module.get("app") or module[name]
    if not isinstance(command, typer.Typer):
        function, command = command, typer.Typer(add_completion=False, rich_markup_mode=None)
        command.command(cmd_name, help=function.__doc__)(function)
    return typer.main.get_command(command)


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    """Score the spotting and recognition of facial micro-expressions by the mebench standard."""
    if version:
        from mebench.cli.output import echo
        from mebench.version import VERSION

        echo(f"mebench {VERSION}")
        raise typer.Exit


def _open_standard_streams() -> None:
    """Open what the caller has closed, so that no file or connection gets such a number.

    Worker processes inherit these numbers, and expect streams there.
    """
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor <= 2:
        os.set_inheritable(descriptor, True)
        descriptor = os.open(os.devnull, os.O_RDWR)
    os.close(descriptor)


def main() -> None:
    """Run the command line; invalid input is reported as findings, never as a traceback."""
    _open_standard_streams()
    # Start-up creates many permanent objects; garbage collection would only cost time.
    gc.set_threshold(200_000, 20, 100)
    # Pydantic's search for its own plugins takes as long as building all our models.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Characters that the encoding lacks are written as escapes, which JSON can read.
            stream.reconfigure(errors="backslashreplace")
    if COMPLETION in os.environ:
        _run()  # A shell reads the output: names without invisible characters, and tabs.
    else:
        with visible_streams():
            _run()


def _run() -> None:
    try:
        app(prog_name="mebench")
    except (MebenchError, ModuleNotFoundError) as error:
        from mebench.diagnostics.formatting import as_text
        from mebench.util.extras import OPTIONAL, package_missing

        if isinstance(error, ModuleNotFoundError):
            module = (error.name or "").partition(".")[0]
            if module not in OPTIONAL:
                raise
            error = package_missing(module)
        print(as_text(error.diagnostics, error.omitted), file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        if error.filename is not None:  # a path in the arguments, not standard output
            from mebench.diagnostics import Place, UsageError
            from mebench.diagnostics.formatting import as_text

            problem = f"The path cannot be used: {error.strerror}."
            place = Place(file=str(error.filename))
            refused = UsageError.of("path-unusable", problem, "Correct the path.", place)
            print(as_text(refused.diagnostics), file=sys.stderr)
            sys.exit(refused.exit_status)
        # Other files have their own error handling, so this is an error of standard output.
        if sys.__stdout__ is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        print(
            f"<stdout>: error [cannot-write] The output cannot be written: {error.strerror}.",
            file=sys.stderr,
        )
        sys.exit(2)
    finally:
        _print_font_note()
        # Skip the last garbage collection, which takes as long as importing pydantic: the memory
        # is freed when the process ends.
        gc.freeze()


def _print_font_note() -> None:
    """Report characters that could not be drawn, if the command has drawn any text."""
    fonts = sys.modules.get("mebench.util.fonts")
    note = None if fonts is None else fonts.take_note()
    if note is not None:
        from mebench.diagnostics.formatting import as_text

        print(as_text([note]), file=sys.stderr)


if __name__ == "__main__":
    main()
