"""Benchmarks: ``speed`` against the usual ways, ``duplicates`` found, how the ``screener`` is made."""
