"""Parquet, as Hugging Face data sets are kept: pictures in a column, labels in another.

In the order in which one reads them:

    columns          which column holds what
    shards           the files of a path in order, the split of each
    pictures         from a value of a picture column to pixels
    source           the source: what is recognized, which copy it is
"""
