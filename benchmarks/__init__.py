"""Benchmarks: ``speed`` against the usual ways, ``duplicates`` found, and the ``screener``."""
