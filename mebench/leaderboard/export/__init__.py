"""Export boards as Markdown, CSV, LaTeX, JSON and an HTML page, reproducible byte by byte."""
