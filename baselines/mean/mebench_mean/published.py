"""The half lengths that the paper gives, and the data sets whose protocols they belong to."""

from __future__ import annotations

from mebench import MebenchError

PUBLISHED_HALF_LENGTHS = {
    "casme2-str": 34,
    "smic-hs-str": 17,
    "smic-vis-str": 4,
    "smic-nir-str": 4,
    "casme-sq-str": 6,
    "sammlv-str": 37,
    "meview-str": 6,
}
"""k' in frames (Liong, See, Chan 2023, Section 4.2)."""


def published_half_length(protocol: str) -> int:
    """Return k' as the paper gives it for a protocol's data set.

    Raises
    ------
    MebenchError
        ``half-length-unpublished``.
    """
    name = protocol.partition("@")[0]
    if name in PUBLISHED_HALF_LENGTHS:
        return PUBLISHED_HALF_LENGTHS[name]
    raise MebenchError.of(
        "half-length-unpublished",
        f"The paper gives no half length for {protocol}.",
        "Leave --half-length out: it is then taken from the training subjects of each fold.",
    )
