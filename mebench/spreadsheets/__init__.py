"""Spreadsheets: workbooks and delimited text, in which data sets store their ground truth.

``workbook_file`` finds the file in a folder and reads it into the plain values of
``workbook_model``: text itself, a workbook with ``workbook_reader``, after ``lost_cells`` has
looked through it. ``table`` finds the header, and returns cells by row and column name.
Every problem is a finding with the row and column of the cell.

May import: diagnostics, util, models.
"""
