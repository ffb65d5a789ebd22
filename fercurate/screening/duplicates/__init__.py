"""Duplicates: identical and nearly identical pictures."""
