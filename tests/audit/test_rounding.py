"""True rows, rounded or truncated, are never accused; most wrong digits are found."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.audit_rounding import PROTOCOLS, accused, draw_row
from mebench.protocols.loader import load_shipped_protocol

ROWS = 36
ROOT = Path(__file__).parents[2]


def test_the_page_quotes_the_benchmark() -> None:
    printed = (ROOT / "benchmarks" / "audit_rounding.txt").read_text(encoding="utf-8")
    assert printed in (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")


def test_a_few_rows_of_the_benchmark() -> None:
    """``benchmarks/audit_rounding.txt`` has 2,000 rows of each kind."""
    rng = random.Random(1)
    protocols = [load_shipped_protocol(name) for name in PROTOCOLS]
    rows = [draw_row(protocols[index % len(protocols)], rng) for index in range(ROWS)]
    half = accused(rows, half=True, seed=1)
    whole = accused(rows, half=False, seed=1)
    assert (half.rounded, whole.rounded, whole.truncated) == (0, 0, 0)
    assert half.truncated > 0.5 * ROWS
    assert 0.7 * ROWS < whole.false <= half.false
