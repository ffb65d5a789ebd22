"""WebDataset: tar files in which the members of a row share a name up to its first dot.

In the order in which one reads them:

    shards   the tar files of a path, the split of each, the rows in them
    labels   what the labels of rows mean: words, or codes that something names
    source   the source: what is recognized, which copy it is
"""
