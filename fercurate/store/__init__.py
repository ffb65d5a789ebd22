"""The store: all samples of all corpora, kept as evidence. Format: ``format.md``.

layout         names and versions on the disk
head_format    what a head says: parts and lineage
head           the small file that lists the parts of a committed state; its checksum comes first
older_head     heads without a checksum, read in a process of their own
marker         the number of the last commit
integrity      whether the bytes of parts are those that were written
part           writing a part: samples, columns, measurements
part_reader    reading a part: structure and ranges checked before use
pending        what an interrupted change has staged
store          one committed state, read; `verify` checks all parts
change         what a change has come to so far
writer         changing: staged part by part, then committed in one rename; an interrupted change
               goes on with the next of the same session, and is dropped by another
"""
