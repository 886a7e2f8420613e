"""A small valid file of each text format, as a seed of broken ones."""

from __future__ import annotations

from typing import Any

from tests.evaluation.documents import interval, submission
from tests.formats.finding import TRUTH

TEXTS: dict[str, Any] = {
    "submission": submission(
        {"1/a": [interval(11, 20, score=0.5)], "2/a": [interval(31, 41, "positive", score=1)]},
        score_threshold={"micro": 0.4},
        folds=[{"test": ["1"], "training": ["2"]}, {"test": ["sub02"], "seed": 1}],
    ),
    "truth": TRUTH,
    "table": "dataset,subject,video,onset,offset,apex,kind,emotion,score,n_frames\n"
    "toy,1,a,11,20,15,micro,negative,0.5,100\n,2,a,31,41,33,ME,positive,.4,\n,1,b,,,,,,,\n",
    "videos": "vid,pred_onset,pred_offset,type\na,11,20,me\nb,1,2,mae\n",
    "spotting log": "2\na 11 20 12 21 TP\na - - 50 60 FP\nb 5 9 - - FN\n",
    "log without sections": "a*,11.0,20.0,12,21,TP,1\na,,,50,60,FP,2\n1\nb,5,9,nan,nan,FN,3\n",
    "results": "a/1,11,20,a\nb/1,50,60.0,b\n",
    "recognition log": "# sample predicted truth\ncasme2 sub01\nEP02 1 1\nEP03 0 2\n",
    "sample list": "casme2,sub01,EP02,1\ncasme2,sub01,EP03,0\n",
    "recognition list": "sub01,EP02_01f,46,59,86,1\nsub01,EP03,131,139,161,5\n",
}
