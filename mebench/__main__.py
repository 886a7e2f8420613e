"""``python -m mebench``."""

from mebench.cli.main import main

main()
