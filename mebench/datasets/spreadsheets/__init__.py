"""Annotation spreadsheets, in which data sets store their ground truth.

``workbook_file`` finds the file in a folder and reads it into the plain values of
``workbook_model`` with one of the ``workbook_readers``. ``table`` finds the header, and ``rows``
return cells by column name. Every problem is a finding with the row and column of the cell.
"""
