"""The field's data sets, read from a researcher's own licensed copy as it was delivered.

A data set's own file says how its copy lies on disk, what its sheet is called and holds, and what
is wrong in it. What all of them share is here once:

``layout``      which folders hold subjects and videos, and which folder to point to
``folders``     the videos that are there
``annotation``  a row of a sheet, in the sheet's own numbers
``repairs``     what is wrong in the rows, by name, and what is done about it
``intervals``   rows to closed intervals counted from 0
``copies``      a copy: its folders and its sheets
``adapter``     all of that put together
"""
