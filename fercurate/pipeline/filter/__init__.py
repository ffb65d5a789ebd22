"""``filter``: measure, judge and explain every sample of a store."""
