"""``python -m mebench.audit.publish PAGE``: the findings on the published rows, in a page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mebench.audit.auditing import audit
from mebench.audit.showing import audit_as_markdown, rules_as_markdown
from mebench.files import write_text
from mebench.leaderboards.published import shipped_files


def generated_parts() -> dict[str, str]:
    """Return the generated parts of the page by name."""
    return {"rules": rules_as_markdown(), "findings": audit_as_markdown(audit(shipped_files()))}


def update_page(page: str) -> str:
    """Return a page with its generated parts written anew.

    Parameters
    ----------
    page : str
        Markdown in which ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` enclose each part.
    """
    for name, text in generated_parts().items():
        pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        page, found = pattern.subn(lambda marks, text=text: f"{marks[1]}\n{text}\n{marks[2]}", page)  # type: ignore[misc]
        if not found:
            raise ValueError(f"the page has no place for {name}")
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_text(path, update_page(path.read_text(encoding="utf-8")))
    print(path)
