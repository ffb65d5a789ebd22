"""The store: all samples of all corpora, kept as evidence. Format: ``format.md``.

layout         names and versions on the disk
head           the small file that lists the parts of a committed state; checks bytes by SHA-256
part           writing a part: samples, columns, measurements
part_reader    reading a part: structure and ranges checked before use
store          one committed state, read; `verify` checks all parts
change         what a change has come to so far
writer         changing: staged part by part, then committed in one rename; an interrupted change
               goes on with the next of the same session, and is dropped by another
"""
