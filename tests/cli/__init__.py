"""The command line as real processes: verbs, exit statuses, output, imports."""
