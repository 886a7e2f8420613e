"""Annotation spreadsheets, in which data sets store their ground truth.

``workbook_file`` finds the file in a folder and reads it into the plain values of
``workbook_model`` with one of the ``workbook_readers``. ``table_header`` finds the header,
and ``table_row`` returns cells by column name. Every problem is a finding with the row and column
of the cell.
"""
