"""``export``: from a built export to the files that a trainer reads.

choice    which layout was asked for, with which settings
rows      ``rows.csv``: where every row went, and all that the layout cannot carry
units     pictures made into files by a cluster
facts     ``layout.json``: what was written, in which order of classes, from what
card      ``README.md``: the same for people
description   ``croissant.json`` beside Parquet: the same as other tools read it
folder    which folder is such a layout, and may be replaced
export    the verb: all of it, staged and swapped in
"""
