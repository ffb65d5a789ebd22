"""``audit``: leakage between splits, and contradictory labels.

table    the rows of a store or an export as an audit sees them
audit    the verb: what stands on both sides of a split
"""
