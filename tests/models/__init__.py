"""The records: schemas, the shipped protocols, and what strictness refuses."""
