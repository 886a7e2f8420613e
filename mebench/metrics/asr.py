"""ASR, the apex spotting rate [Eq. 13].

The share of truth videos whose predicted apex lies strictly inside (onset, offset) of the truth.
"""

from fractions import Fraction

from mebench.metrics.counts import Choice, Counts
from mebench.metrics.metric import ONE_SPOTTED, Metric
from mebench.metrics.value import NO_TRUTH, Undefined, Value


def choice_of(counts: Counts) -> Choice | Undefined:
    """Return the chosen predictions, or why there is no choice."""
    if counts.choice is None or not counts.choice.videos:
        return NO_TRUTH
    return counts.choice.undefined or counts.choice


def asr(counts: Counts) -> Value:
    """Return the share of truth videos with the apex found."""
    choice = choice_of(counts)
    return choice if isinstance(choice, Undefined) else Fraction(choice.inside, choice.videos)


def _detail(counts: Counts) -> str:
    choice = choice_of(counts)
    return "" if isinstance(choice, Undefined) else f"{choice.inside}/{choice.videos}"


ASR = Metric(
    id="asr", title="ASR", section="Spotting", needs=ONE_SPOTTED, value=asr, detail=_detail
)
