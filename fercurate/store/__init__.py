"""The store: all samples of all corpora, kept as evidence. Format: ``format.md``."""
