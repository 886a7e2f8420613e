"""Boards written down: as Markdown, CSV, LaTeX, JSON and the page; equal boards as equal bytes."""
