"""The JSON Schemas of the models, for editors and other programs.

Each schema has an ``$id`` with its version; the fields of a version never change.
"""

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mebench.models.comparison import Comparison
from mebench.models.diagnosis import Diagnosis
from mebench.models.power_analysis import PowerAnalysis
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedFile
from mebench.models.report import Report
from mebench.models.stress import StressResult
from mebench.models.submission import Submission
from mebench.models.truth import TruthManifest
from mebench.util.atomic_write import to_json_text, write_text

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: dict[str, type[BaseModel]] = {
    "comparison-1": Comparison,
    "diagnosis-1": Diagnosis,
    "power-1": PowerAnalysis,
    "protocol-1": Protocol,
    "published-1": PublishedFile,
    "report-1": Report,
    "stress-1": StressResult,
    "submission-1": Submission,
    "truth-1": TruthManifest,
}


def schema_of(name: str) -> dict[str, Any]:
    """Return a schema by its key in ``SCHEMAS``."""
    model = SCHEMAS[name]
    body = model.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"urn:mebench:schema:{name}", **body}


if __name__ == "__main__":
    for key in SCHEMAS:
        path = Path(sys.argv[1]) / f"{key}.json"
        write_text(path, to_json_text(schema_of(key)))
        print(path)
