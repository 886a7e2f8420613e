"""The rules of the audit, one small file each."""
