"""What is written down: truth, submission, protocol, report. Pydantic models, strict and closed.

A record is checked once, when a file comes through the door; everything behind the door trusts it.
Two rules are met everywhere: a field that the record does not know is an error, and a value is
never converted on the quiet (``"3"`` is no frame, ``12.0`` neither).
"""
