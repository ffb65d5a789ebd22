"""The report of a screening: one page to look at, its numbers for machines, contact sheets."""
