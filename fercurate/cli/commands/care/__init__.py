"""Commands that look after a store.

sources    list what a store holds, source by source
rejects    list what could not be ingested, and why
remove     take a source or single samples out for good
compact    drop the bytes of what was removed or superseded
merge      make one store of two
"""
