"""A module that cannot be imported."""

raise ImportError("no module named this_is_not_there")
