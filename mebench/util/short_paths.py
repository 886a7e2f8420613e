"""Short names of files: the ends of their paths, as long as needed to tell them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePath


def distinct_names(paths: Iterable[str | PurePath]) -> dict[str, str]:
    """Return the shortest end of each path that no other path has, by the path as text.

    The end of a path is its name, or its name with some of its folders.
    """
    parts = {str(path): PurePath(path).parts for path in paths}
    names: dict[str, str] = {}
    length = 1
    while parts:
        groups = defaultdict(list)
        for path, pieces in parts.items():
            groups[pieces[-length:]].append(path)
        for end, members in groups.items():
            complete = [path for path in members if length >= len(parts[path])]
            for path in members if len(members) == 1 else complete:
                names[path] = str(PurePath(*end))
                del parts[path]
        length += 1
    return names
