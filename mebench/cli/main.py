"""``mebench``: the list of verbs, each loaded when it is used.

Exit status: 0 fine, 1 findings in the files, 2 the command cannot be carried out as given.
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
    """A verb of the command line.

    Attributes
    ----------
    location : str
        ``module:attribute`` below ``mebench.cli``: a function, or a Typer app of several verbs.
    help : str
        One line.
    """

    location: str
    help: str


COMMANDS = {
    "score": Command("score:score", "Score predictions; several files make a ranked table."),
    "validate": Command("validate:validate", "Say everything that is wrong with a file."),
    "template": Command("template:template", "Write an empty submission to fill in."),
    "convert": Command("convert:app", "Turn a file of another format into a native one."),
    "merge": Command("merge:merge", "Put the submissions of single folds together."),
    "verify": Command("verify:verify", "Score again and see whether a report says the same."),
    "audit": Command("audit:audit", "See whether published numbers agree with each other."),
    "blind": Command("blind:blind", "Take the answers out of a truth manifest."),
    "run-baseline": Command("run_baseline:app", "Run a baseline on a data set, and score it."),
    "spot": Command("spot:app", "Spot expressions in a video of your own, with trained weights."),
    "plot": Command("plot:app", "Draw a confusion matrix, or the curves of a run."),
    "leaderboard": Command(
        "leaderboard:app", "Build leaderboards; add, remove or rescore an entry."
    ),
    "protocols": Command("protocols:app", "List the protocols, or show one."),
    "datasets": Command("datasets:app", "List the data sets; show, check, preview or cache one."),
    "synth": Command("synth:synth", "Write a data set of rendered faces of your own."),
    "schema": Command("schema:schema", "Print a JSON Schema."),
    "explain": Command("explain:explain", "Explain a finding's code."),
    "conformance": Command("conformance:conformance", "Run the standard's test vectors."),
    "demo": Command("demo:demo", "Score a small example that comes with mebench."),
}


class LazyGroup(TyperGroup):
    """A group that imports a verb's module only when the verb is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the verbs in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a verb."""
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
        """List the verbs without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in COMMANDS.items()])


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
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Score facial micro-expression spotting and recognition, as the standard says."""
    if version:
        from mebench.version import VERSION

        typer.echo(f"mebench {VERSION}")
        raise typer.Exit


def main() -> None:
    """Run the command line; bad input ends in findings, never in a traceback."""
    # Start-up makes many objects that stay: looking for garbage among them finds none.
    gc.set_threshold(200_000, 20, 100)
    # Looking for plugins of pydantic, of which there are none, costs as much as all our records.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # What the terminal's encoding lacks is written as an escape, which JSON reads back.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="mebench")
    except MebenchError as error:
        from mebench.diagnostics.formatting import as_text

        print(as_text(error.diagnostics, error.omitted), file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        # Files are opened and written elsewhere, with errors of their own: this is the output.
        if sys.__stdout__ is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        print(
            f"<stdout>: error [cannot-write] The output cannot be written: {error.strerror}.",
            file=sys.stderr,
        )
        sys.exit(2)
    finally:
        # All memory is given back at once when the process ends; looking through it object by
        # object before that takes as long as importing pydantic.
        gc.freeze()


if __name__ == "__main__":
    main()
