"""Every rule of the audit, the surest first."""

from __future__ import annotations

from mebench.audit.rule import CERTAINTY_TEXTS, Rule
from mebench.audit.rules.accuracy_counts import ACCURACY_COUNTS
from mebench.audit.rules.ap_above_recall import AP_ABOVE_RECALL
from mebench.audit.rules.counted_analysis import COUNTED_ANALYSIS
from mebench.audit.rules.counted_samples import COUNTED_SAMPLES
from mebench.audit.rules.cut_twin import F1_LIKE_ACCURACY
from mebench.audit.rules.harmonic_f1 import ANALYSIS_HARMONIC, SPOTTING_HARMONIC
from mebench.audit.rules.majority import MAJORITY_ACCURACY
from mebench.audit.rules.pooled_f1 import POOLED_OUTSIDE_KINDS
from mebench.audit.rules.products import ACC_MESR_PRODUCT, STRS_PRODUCT
from mebench.audit.rules.rate_range import RATE_OUT_OF_RANGE
from mebench.audit.rules.recall_is_uar import UAR_NOT_RECALL
from mebench.audit.rules.repeats import REPEAT_DIFFERS
from mebench.audit.rules.share_unreachable import SHARE_UNREACHABLE
from mebench.audit.rules.spotting_counts import SPOTTING_COUNTS
from mebench.audit.rules.spotting_unreachable import SPOTTING_UNREACHABLE
from mebench.audit.rules.subjects_videos import SUBJECTS_VIDEOS
from mebench.audit.rules.uar_unreachable import UAR_UNREACHABLE
from mebench.audit.rules.uf1_bounds import UF1_ABOVE_F1, UF1_ABOVE_UAR, UF1_BELOW_UAR

RULES: tuple[Rule, ...] = (
    RATE_OUT_OF_RANGE,
    UF1_ABOVE_F1,
    UF1_ABOVE_UAR,
    UF1_BELOW_UAR,
    POOLED_OUTSIDE_KINDS,
    COUNTED_ANALYSIS,
    COUNTED_SAMPLES,
    SPOTTING_COUNTS,
    SPOTTING_HARMONIC,
    SPOTTING_UNREACHABLE,
    ANALYSIS_HARMONIC,
    UAR_NOT_RECALL,
    UAR_UNREACHABLE,
    ACCURACY_COUNTS,
    SHARE_UNREACHABLE,
    STRS_PRODUCT,
    ACC_MESR_PRODUCT,
    SUBJECTS_VIDEOS,
    REPEAT_DIFFERS,
    MAJORITY_ACCURACY,
    AP_ABOVE_RECALL,
    F1_LIKE_ACCURACY,
)

BY_CODE = {rule.id: rule for rule in RULES}


def explain_rule(rule: Rule) -> str:
    """Return a rule in words, as ``mebench explain`` shows it."""
    return (
        f"{rule.id}  (audit, {rule.certainty}: {CERTAINTY_TEXTS[rule.certainty]})\n{rule.title}\n\n"
        f"{rule.why.strip()}"
    )
