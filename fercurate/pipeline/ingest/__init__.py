"""``ingest``: from raw files to stored samples.

ingest       the verb: from paths to stored samples, votes and rejects
provenance   input files by digest, and whether they are still the same
"""
