"""Tests of mebench/report: the page of a score, as data and in a real browser."""
