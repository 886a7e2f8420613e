"""The protocols that come with mebench, each in a few facts."""

from __future__ import annotations

from dataclasses import dataclass

from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from mebench.tables.listing import Listing


@dataclass(frozen=True, slots=True)
class ProtocolInfo:
    """A protocol in a few facts.

    Attributes
    ----------
    id : str
        Name and version, such as ``casme2-str@1``.
    title : str
        A title in one line.
    task : str
        ``spot``, ``recognize`` or ``spot-then-recognize``.
    datasets : tuple of str
        The ids of its data sets.
    classes : tuple of str
        Its emotion classes.
    subjects, videos, samples : int or None
        The counts that it expects; None if it states none.
    """

    id: str
    title: str
    task: str
    datasets: tuple[str, ...]
    classes: tuple[str, ...]
    subjects: int | None
    videos: int | None
    samples: int | None


def available() -> Listing[ProtocolInfo]:
    """Return the protocols that come with mebench, as ``mebench protocols`` lists them.

    Returns
    -------
    list of ProtocolInfo
        Notebooks show it as a table; its method ``to_frame()`` returns a DataFrame.

    Examples
    --------
    >>> [each.id for each in mebench.protocols.available() if "casme2" in each.datasets][:2]
    ['casme2-recog-5@1', 'casme2-str@1']
    """
    listed = Listing[ProtocolInfo]()
    for protocol in map(load_protocol, shipped_protocol_ids()):
        expected = protocol.expected
        listed.append(
            ProtocolInfo(
                protocol.id,
                protocol.title,
                protocol.task,
                tuple(dataset.id for dataset in protocol.datasets),
                tuple(protocol.classes),
                expected.subjects,
                expected.videos,
                expected.samples,
            )
        )
    return listed
