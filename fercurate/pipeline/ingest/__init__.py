"""``ingest``: from raw files to stored samples.

In the order in which one reads them:

    ingest        from paths to one committed change for each corpus: samples, votes, rejects
    provenance    the input files by digest, and whether they are still the same
"""
