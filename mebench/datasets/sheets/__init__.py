"""Annotation sheets: the spreadsheets in which the field's data sets keep their truths.

A file goes through three hands: :mod:`~mebench.datasets.sheets.finding` tells which file of a
folder is the sheet, :mod:`~mebench.datasets.sheets.workbook` makes its cells plain values, and
:mod:`~mebench.datasets.sheets.table` finds the header and lends rows whose cells are asked for by
name. Whatever is wrong is a finding with the row and the column of the cell.
"""
