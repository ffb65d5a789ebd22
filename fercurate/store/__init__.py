"""The store: all samples of all corpora, kept as evidence. Format: ``format.md``.

layout         names and versions on the disk
head           the small file that lists the parts of one committed state
part           writing a part: samples, columns, measurements
part_reader    reading a part, each piece checked before use
store          reading: one committed state
change         what a change has come to so far
writer         changing: staged part by part, then committed in one rename
"""
