"""How many copies of which change are found: ``python -m benchmarks.duplicates``.

changes     the changes, three variants a kind
found       pictures, a changed copy of each among many others, and what a search finds
__main__    the table
"""
