"""What the commands that look after a store print.

contents   sources and rejects
changes    what was removed, compacted or merged
"""
