"""Files of a challenge: ``mebench template``, ``mebench merge`` and ``mebench blind``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_protocols
from mebench.cli.output import echo_text, print_or_write
from mebench.evaluation.system_entry import SystemEntry
from mebench.util.atomic_write import to_json_text

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions


def template(
    protocol: Annotated[
        str,
        Option(
            "--protocol",
            help="The protocol of the submission.",
            autocompletion=complete_protocols,
        ),
    ],
    truth: options.Truth = None,
    output: options.Output = None,
) -> None:
    """Write an empty submission to fill in, with comments that explain its fields.

    With --truth (a blind one is enough) it lists every video in scope; for synthetic data sets it
    always does.
    """
    from mebench.evaluation import challenge_files
    from mebench.protocols.loader import load_protocol

    content = challenge_files.template(load_protocol(protocol), truth)
    print_or_write(to_json_text(content), output)


@options.takes_scoring_options("outside_as", "allow_missing", "score_threshold")
def merge(
    files: Annotated[
        list[Path],
        Argument(help="Prediction files of one or more folds each, in any known format; folders."),
    ],
    protocol: options.ProtocolId = None,
    truth: options.Truth = None,
    name: options.SystemName = None,
    model_selection: options.Selection = None,
    folds: options.StatedFolds = None,
    output: options.Output = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Merge the prediction files of single folds into one submission.

    All must have the same protocol and system. The options for reading files, --protocol and
    --truth are for those that are not native JSON; they are converted first.
    """
    from mebench.diagnostics import Findings, formatting
    from mebench.evaluation.merge import merge as merge_files

    findings = Findings()
    merged = merge_files(
        files,
        protocol=protocol,
        truth=truth,
        options=settings,
        entry=SystemEntry(name, model_selection, folds),
        findings=findings,
    )
    if findings.kept:
        echo_text(formatting.as_text(findings.kept, findings.omitted), err=True)
    print_or_write(to_json_text(merged.to_json()), output)


def blind(
    truth: Annotated[Path, Argument(help="The truth file.")], output: options.Output = None
) -> None:
    """Remove the labels from a truth file, so that organizers of a challenge can publish it."""
    from mebench.evaluation import challenge_files

    print_or_write(to_json_text(challenge_files.blind(truth).to_json()), output)
