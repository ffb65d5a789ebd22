"""Splits: which original samples form train, val and test."""
