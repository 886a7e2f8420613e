"""``mebench``: the list of commands; each module is imported when its command is used.

Exit status: 0 no errors, 1 errors in the files, 2 invalid command.
"""

import gc
import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from mebench.diagnostics import MebenchError


class Command(NamedTuple):
    """A command of ``mebench``.

    Attributes
    ----------
    location : str
        ``module:attribute`` in ``mebench.cli``: a function, or a Typer app with subcommands.
    help : str
        One line for ``mebench --help``.
    """

    location: str
    help: str


COMMANDS = {
    "score": Command("score:score", "Score predictions; rank several files in a table."),
    "validate": Command("validate:validate", "Report all problems in a file."),
    "template": Command("template:template", "Write an empty submission to fill in."),
    "convert": Command("convert:app", "Convert a file to mebench's own format."),
    "merge": Command("merge:merge", "Merge the submissions of single folds."),
    "verify": Command("verify:verify", "Score again and compare with a report."),
    "audit": Command("audit:audit", "Check that published numbers agree with each other."),
    "blind": Command("blind:blind", "Remove the labels from a truth file."),
    "run-baseline": Command("run_baseline:app", "Run a baseline on a data set and score it."),
    "spot": Command("spot:app", "Spot expressions in your own video with trained weights."),
    "plot": Command("plot:app", "Draw a confusion matrix or the curves of a run."),
    "leaderboard": Command(
        "leaderboard:app", "Build leaderboards; add, remove or rescore an entry."
    ),
    "protocols": Command("protocols:app", "List the protocols or show one."),
    "datasets": Command("datasets:app", "List the data sets; show, check, preview or cache one."),
    "synth": Command("synth:synth", "Write a data set of rendered faces."),
    "schema": Command("schema:schema", "Print a JSON Schema."),
    "explain": Command("explain:explain", "Explain the code of a finding."),
    "conformance": Command("conformance:conformance", "Run the standard's test vectors."),
    "demo": Command("demo:demo", "Score a small example that comes with mebench."),
}


class LazyGroup(TyperGroup):
    """A group that imports the module of a command only when the command is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].location.partition(":")
        target = getattr(import_module(f"mebench.cli.{module}"), attribute)
        if not isinstance(target, typer.Typer):
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            single.command(cmd_name, help=target.__doc__)(target)
            target = single
        return typer.main.get_command(target)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in COMMANDS.items()])


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
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
        from mebench.version import VERSION

        typer.echo(f"mebench {VERSION}")
        raise typer.Exit


def main() -> None:
    """Run the command line; invalid input is reported as findings, never as a traceback."""
    # Start-up creates many permanent objects; garbage collection would only cost time.
    gc.set_threshold(200_000, 20, 100)
    # Pydantic's search for its own plugins takes as long as building all our models.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Characters that the encoding lacks are written as escapes, which JSON can read.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="mebench")
    except MebenchError as error:
        from mebench.diagnostics.formatting import as_text

        print(as_text(error.diagnostics, error.omitted), file=sys.stderr)
        sys.exit(error.exit_status)
    except ModuleNotFoundError as error:
        from mebench.diagnostics.formatting import as_text
        from mebench.util.extras import OPTIONAL, package_missing

        module = (error.name or "").partition(".")[0]
        if module not in OPTIONAL:
            raise
        missing = package_missing(module)
        print(as_text(missing.diagnostics), file=sys.stderr)
        sys.exit(missing.exit_status)
    except OSError as error:
        # Other files have their own error handling, so this is an error of standard output.
        if sys.__stdout__ is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        print(
            f"<stdout>: error [cannot-write] The output cannot be written: {error.strerror}.",
            file=sys.stderr,
        )
        sys.exit(2)
    finally:
        # Skip the last garbage collection, which takes as long as importing pydantic: the memory
        # is freed when the process ends.
        gc.freeze()


if __name__ == "__main__":
    main()
