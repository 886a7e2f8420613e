"""The baseline runner, attacked and measured with real processes and real files."""
