"""The report: one HTML page of a score, to browse: timelines, diagnosis, tables, signature.

``write_report.py`` goes from files to the page, ``page_content.py`` fills the template,
``timelines.py`` has the intervals that the script draws, ``page_tables.py`` the tables,
``thumbnails.py`` the frames, and ``page/`` the template with its style and scripts.

May import: diagnostics, util, models, protocols, metrics, evaluation, tables, diagnosis,
datasets.
"""
