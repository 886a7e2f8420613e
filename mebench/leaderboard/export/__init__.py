"""Export of boards as Markdown, CSV, LaTeX, JSON and an HTML page; equal boards, equal bytes."""
