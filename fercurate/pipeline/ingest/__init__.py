"""``ingest``: from raw files to stored samples.

In the order in which one reads them:

    ingest        from paths to what each of them holds, one after the other
    request       what is asked of an ingest
    corpus        one recognized corpus: read, checked, stored in one committed change
    units         decoding by a cluster: what is known of a file, found by whoever has time
    records       what is done to each record before it is stored: its split, its size, its id
    checks        what is refused once a corpus has been read and before it is stored
    update        what changed, is new or gone in an input that was ingested before
    told          what a corpus tells beside its pictures: attributes, shares of votes
    stored_rows   votes joined to the stored rows of a CSV
    account       every file of an input: read, rejected, or passed over with a reason
    report        what each corpus gave: one frozen value, as JSON, in words, as a table
    provenance    the input files by digest, and whether they are still the same
"""
