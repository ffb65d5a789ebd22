"""Heads: which parts make up a committed state of a store, or what a running change has staged.

head_format    what a head says: parts and lineage
head           the small file that lists the parts of a committed state; its checksum comes first
older_head     heads without a checksum, read in a process of their own
marker         the number of the last commit
pending        what an interrupted change has staged
"""
