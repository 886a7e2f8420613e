"""Regular expressions of users: linear time, and the results of Python's for the common syntax."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mebench
from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from mebench.util.regex import PatternError, compile_pattern, first_group

SLOW = ["(a+)+b", "(a|a)*b", "(a|aa)+$b", "((a?){100}){10}b", "(.*.*.*.*.*)=", r"^(\w+\s?)*$x"]
"""Python needs longer than a lifetime for these expressions and many letters ``a``."""


@pytest.mark.parametrize("pattern", SLOW)
@pytest.mark.parametrize("complete", [True, False])
def test_no_expression_takes_exponential_time(pattern: str, complete: bool) -> None:
    begin = perf_counter()
    assert first_group(pattern, "a" * 1000, complete=complete) is None
    assert perf_counter() - begin < 2


def test_a_protocol_with_such_an_expression_scores_in_time(tmp_path: Path) -> None:
    protocol = tmp_path / "own.toml"
    protocol.write_text(
        'id = "own@1"\ntitle = "t"\ntask = "spot"\ntargets = ["micro"]\n[[datasets]]\nid = "own"\n'
        "subject_in_video = '(a+)+b'\nvideos = { patterns = ['(a+)+b'] }\n"
    )
    video = {"subject": "s", "video": "a" * 60, "intervals": [{"onset": 1, "offset": 9}]}
    truth = {"format": "mebench-truth/1", "dataset": "own", "videos": [video]}
    rows = tmp_path / "p.csv"
    rows.write_text(f"vid,pred_onset,pred_offset,type\n{'a' * 60},1,9,me\n")
    report = mebench.score(rows, truth, protocol)
    assert report.metrics["spotting_f1"].value == 1


@pytest.mark.parametrize(
    "pattern", ["(?=a)(b)", "(?<!a)(b)", r"(a)\1", r"(a\Z)", "(", "(a{1000}){1000}", "(\udcff)"]
)
def test_what_re2_lacks_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"\w"):
        compile_pattern(pattern)


def test_a_name_that_is_not_unicode_does_not_match() -> None:
    assert first_group("(.+)", "\udcff") is None


def shipped_patterns() -> list[str]:
    datasets = [one for name in shipped_protocol_ids() for one in load_protocol(name).datasets]
    rules = [rule for one in datasets for rule in (one.subjects, one.videos)]
    found = {pattern for rule in rules for pattern in rule.patterns}
    return sorted(found | {one.subject_in_video for one in datasets if one.subject_in_video})


NAMES = st.one_of(
    st.from_regex("s?[0-9]{0,3}[_/]?[0-9]{0,4}[a-z]{0,5}(_[0-9]+)?", fullmatch=True),
    *(st.from_regex(pattern, fullmatch=True) for pattern in shipped_patterns()),
    st.text(max_size=12).filter(str.isascii),
)


@given(NAMES)
def test_the_expressions_that_ship_match_as_in_python(name: str) -> None:
    for pattern in shipped_patterns():
        for complete in (True, False):
            match = (re.fullmatch if complete else re.search)(pattern, name)
            assert first_group(pattern, name, complete=complete) == (match and match[1])
