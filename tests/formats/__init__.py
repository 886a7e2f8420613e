"""Reading files: every format, and every error in a file."""
