"""An audit in a format of the command line, and the rules as text and Markdown.

``python -m mebench.audit.audit_report PAGE`` updates the rules and the findings on the shipped
rows in a Markdown page.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from mebench.audit.audit_result import AuditResult, escape_text
from mebench.audit.run_audit import RULES, audit
from mebench.published.loader import shipped_files
from mebench.util.atomic_write import to_json_text, write_text

AuditFormat = Literal["text", "json", "markdown"]


def format_audit(result: AuditResult, layout: AuditFormat) -> str:
    """Return an audit in the given format."""
    if layout == "json":
        return to_json_text(result.as_dict())
    return result.as_text() if layout == "text" else result.as_markdown()


def rules_as_text() -> str:
    """Return the list of rules for a terminal."""
    widest = max(len(rule.id) for rule in RULES)
    return "".join(f"{rule.id:<{widest}}  {rule.certainty:<12}  {rule.title}\n" for rule in RULES)


def rules_as_markdown() -> str:
    """Return the rules with their arithmetic as a Markdown table."""
    lines = ["| rule | certainty | what is checked, and why |", "|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.certainty} | {rule.title}. {escape_text(rule.why)} |"
        for rule in RULES
    ]
    return "\n".join(lines) + "\n"


def update_page(page: str) -> str:
    """Return a Markdown page with its generated parts updated.

    ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` enclose each part.
    """
    findings = audit(shipped_files()).as_markdown()
    for name, text in (("rules", rules_as_markdown()), ("findings", findings)):
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"the page has no marks for the part {name!r}")
        page = f"{before}{begin}\n{text}\n{end}{after}"
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_text(path, update_page(path.read_text(encoding="utf-8")))
    print(path)
