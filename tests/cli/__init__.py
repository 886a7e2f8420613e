"""The command line in real processes: commands, exit statuses, output, imports."""
