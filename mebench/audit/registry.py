"""Every rule of the audit, the surest first."""

from __future__ import annotations

from mebench.audit.rule import SURENESS, Rule
from mebench.audit.rules.accuracy_counts import ACCURACY_COUNTS
from mebench.audit.rules.ap_above_recall import AP_ABOVE_RECALL
from mebench.audit.rules.counted_analysis import COUNTED_ANALYSIS
from mebench.audit.rules.counted_samples import COUNTED_SAMPLES
from mebench.audit.rules.cut_twin import CUT_TWIN
from mebench.audit.rules.harmonic_f1 import ANALYSIS_HARMONIC, SPOTTING_HARMONIC
from mebench.audit.rules.majority import MAJORITY
from mebench.audit.rules.pooled_f1 import POOLED_F1
from mebench.audit.rules.products import ACC_MESR_PRODUCT, STRS_PRODUCT
from mebench.audit.rules.rate_range import RATE_RANGE
from mebench.audit.rules.recall_is_uar import RECALL_IS_UAR
from mebench.audit.rules.repeats import REPEATS
from mebench.audit.rules.share_unreachable import SHARE_UNREACHABLE
from mebench.audit.rules.spotting_counts import SPOTTING_COUNTS
from mebench.audit.rules.spotting_unreachable import SPOTTING_UNREACHABLE
from mebench.audit.rules.subjects_videos import SUBJECTS_VIDEOS
from mebench.audit.rules.uar_unreachable import UAR_UNREACHABLE
from mebench.audit.rules.uf1_bounds import UF1_ABOVE_F1, UF1_ABOVE_UAR, UF1_BELOW_UAR

RULES: tuple[Rule, ...] = (
    RATE_RANGE,
    UF1_ABOVE_F1,
    UF1_ABOVE_UAR,
    UF1_BELOW_UAR,
    POOLED_F1,
    COUNTED_ANALYSIS,
    COUNTED_SAMPLES,
    SPOTTING_COUNTS,
    SPOTTING_HARMONIC,
    SPOTTING_UNREACHABLE,
    ANALYSIS_HARMONIC,
    RECALL_IS_UAR,
    UAR_UNREACHABLE,
    ACCURACY_COUNTS,
    SHARE_UNREACHABLE,
    STRS_PRODUCT,
    ACC_MESR_PRODUCT,
    SUBJECTS_VIDEOS,
    REPEATS,
    MAJORITY,
    AP_ABOVE_RECALL,
    CUT_TWIN,
)

BY_CODE = {rule.id: rule for rule in RULES}


def described(rule: Rule) -> str:
    """Return a rule in words, as ``mebench explain`` shows it."""
    return (
        f"{rule.id}  (audit, {rule.sureness}: {SURENESS[rule.sureness]})\n{rule.title}\n\n"
        f"{rule.why.strip()}"
    )
