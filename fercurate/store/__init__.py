"""The store: all samples of all corpora, kept as evidence. Format: ``format.md``.

layout         names and versions on the disk
heads/         the small files that say which parts make up a state
parts/         the files that hold samples, columns, measurements and removals
removals       which rows are no longer to be seen, and which pictures must not come back
identity       the digest of a store
store          one committed state, read; `verify` checks all parts
staging        one running change: parts staged one by one, then committed in one rename; an
               interrupted one goes on with the next of the same session, and is dropped by another
change         what a change has come to so far
sample_index   what tells a sample that comes again from a new one
writer         appending and replacing samples, giving them votes and measurements, removing them
decision_file  what people decided: a text file beside a store, which is only appended to
compaction     parts without what was removed, replaced or superseded
merging        the parts of two stores as those of a new one
"""
