"""The parts of :mod:`benchmarks.fuzz`: broken files, what reads them, and the processes."""
