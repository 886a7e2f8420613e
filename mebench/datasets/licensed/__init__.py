"""The licensed data sets of the field, read from a researcher's own copy as delivered.

One file per data set states its folder layout, the names of its spreadsheet, and the known errors
that are repaired. The shared steps, in order:

``disk_layout``      the shape of a copy: subjects, videos, frames
``find_base``        the folder that has this shape, in or below the root
``find_sheets``      the spreadsheets, which often are not beside the frames
``local_copy``       a copy: its videos under normalized names, and the content of its sheets
``annotation_rows``  columns in every known spelling, and rows of a table as annotations
``repairs``          known errors in rows and their repairs, by name
``build_truth``      rows joined with frames: videos and truth, counted from 0
``adapter``          the adapter that runs all steps
"""
