"""Benchmarks: speed and memory of fercurate as ratios against the usual ways."""
