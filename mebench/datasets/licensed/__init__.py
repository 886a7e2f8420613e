"""The licensed data sets of the field, read from a researcher's own copy as delivered.

One file per data set states its folder layout, the names of its spreadsheet, and the known errors
that are repaired. The shared steps, in order:

``local_copy``       a copy: its layout, videos and spreadsheets; which root to use instead
``annotation_rows``  columns in every known spelling, and rows of a table as annotations
``repairs``          known errors in rows and their repairs, by name
``build_truth``      rows joined with frames: videos and truth, counted from 0
``adapter``          the adapter that runs all steps
"""
