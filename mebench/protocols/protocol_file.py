"""Write protocols as files: those that come with mebench, and new ones."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from mebench.diagnostics import Findings, Place, UsageError
from mebench.formats.validate_model import validate_model
from mebench.models.fold_rule import FoldRule, HoldoutPart
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.util.toml_text import to_toml

ALWAYS_WRITTEN = ("description", "targets", "video_scope", "classes", "folds")
"""Fields that a file has even if they have their default value, unless they are empty."""


def protocol_as_toml(protocol: Protocol) -> str:
    """Return a protocol as a file for ``--protocol``; comments explain the fields."""
    content = protocol.to_json()
    default = protocol.model_dump(mode="json")
    written = {
        name: content.get(name, default[name])
        for name in Protocol.model_fields
        if name in content or (name in ALWAYS_WRITTEN and default[name])
    }
    if not protocol.spots:
        written.pop("video_scope", None)
    return to_toml(written, _explanations())


def _explanations() -> dict[str, str]:
    """Return what each field means, by its path in the file."""
    models: dict[str, type[BaseModel]] = {
        "": Protocol,
        "datasets.": ProtocolDataset,
        "folds.": FoldRule,
        "folds.test.": HoldoutPart,
    }
    return {
        f"{path}{name}": field.description
        for path, model in models.items()
        for name, field in model.model_fields.items()
        if field.description
    }


def new_protocol(content: dict[str, Any]) -> Protocol:
    """Return a protocol from plain data, or raise all its problems.

    Raises
    ------
    UsageError
        The problems.
    """
    findings = Findings()
    protocol = validate_model(Protocol, content, findings, lambda keys: Place())
    if protocol is None:
        raise UsageError(findings.kept)
    return protocol
