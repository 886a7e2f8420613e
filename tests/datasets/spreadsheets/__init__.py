"""Workbooks and text tables: read cell by cell, hostile and real ones."""
