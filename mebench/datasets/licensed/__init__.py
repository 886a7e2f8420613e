"""The field's data sets, read from a researcher's own licensed copy as it was delivered.

A data set's own file says how its copy lies on disk, what its sheet is called and holds, and what
is wrong in it. What all of them share is here once:

``layout``      which folders hold subjects and videos
``pointing``    the root, or which folder a user who pointed beside it should point to
``folders``     the videos that are there
``copies``      a copy: its folders and its sheets
``reading``     rows out of tables, their cells seen to
``annotation``  a row of a sheet, in the sheet's own numbers
``cutting``     clips, whose files keep the numbers of a longer video
``repairs``     what is wrong in the rows, by name, and what is done about it
``switches``    which of them the user has switched off
``intervals``   rows to closed intervals counted from 0
``assembling``  rows beside frames: videos and truth
``adapter``     all of that put together
"""
