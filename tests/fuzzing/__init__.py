"""The fuzzer of ``benchmarks/fuzz.py`` with a few inputs, and that it finds what it looks for."""
