"""``audit``: leakage between splits, and contradictory labels.

cluster_thumbnails  thumbnails made by the workers of a cluster, where a store keeps none
table               the rows of a store or an export as an audit sees them
relations           which rows share something with rows of other splits
report              what an audit found, as values, JSON and tables
audit               the verb: what stands on both sides of a split
"""
