"""Care of a store: what lies in it, what goes, what may be dropped, two of them as one.

contents   the sources of a store, and what could not be ingested
entry      how a change of this kind stands in the lineage
removal    ``remove``: samples hidden for good, and their pictures kept from coming back
compact    ``compact``: parts without what was removed, replaced or superseded
merge      ``merge``: two stores as one
"""
