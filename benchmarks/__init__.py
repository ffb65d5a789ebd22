"""Benchmarks: ``speed`` against the usual ways; ``screener``, how the shipped screener is made."""
