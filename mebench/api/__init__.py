"""The Python interface: the functions and results of ``import mebench``.

What the command line does with files, these functions do with files and with data in memory: data
frames, records, arrays. Their options are those of the command line, declared once
(``keywords.py``). Results are the models of reports, comparisons and diagnoses, with frames,
pictures and HTML for notebooks.

May import: diagnostics, util, models, formats, metrics, evaluation, diagnosis, plots, tables.
"""
