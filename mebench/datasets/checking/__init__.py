"""Is a copy of a data set whole? What was found in it, what is missing, what is too much.

``opening``       as much of a copy as can be opened
``checkup``       the check itself, and all that it found
``truth``         the annotations on their own, and beside their videos
``inventory``     what is there, in numbers
``counts``        how much there is, beside what protocols and the data set itself expect
``videos``        each video's files, without decoding
``deep``          every frame of every video: read, decoded, hashed
``fingerprints``  what is kept of a frame that was decoded
``ledger``        where that is kept, so that a second look is fast
``duplicates``    frozen frames, and videos that are there twice
``showing``       all of it as a page for people and as JSON for programs
"""
