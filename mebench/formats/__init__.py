"""Files to sheets and back: native JSON and the formats in use in the field.

Each format is a file with a reader, and a way to recognise it; ``reading.py`` and ``foreign.py``
choose. A reader puts
down what the file says, frames made 0-based, and knows where each row stood; whether it makes sense
under a protocol is asked afterwards, of every format alike (``scoring/alignment.py``).
"""
