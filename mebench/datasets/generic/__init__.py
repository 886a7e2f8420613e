"""The generic layout: a folder with one truth file and the frames, read and written.

::

    DIR/truth.json or truth.csv
    DIR/frames/SUBJECT/VIDEO/img001.png ...
    DIR/videos/SUBJECT/VIDEO.mp4
    DIR/dataset.toml, protocol.toml     optional
"""
