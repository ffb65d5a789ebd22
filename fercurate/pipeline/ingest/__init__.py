"""``ingest``: from raw files to stored samples.

In the order in which one reads them:

    ingest        from paths to one committed change for each corpus: samples, votes, rejects
    report        what each corpus gave: one frozen value, as JSON, in words, as a table
    provenance    the input files by digest, and whether they are still the same
"""
