"""The version of this software, as signatures carry it."""

VERSION = "0.1.0"
