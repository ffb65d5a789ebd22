"""``inspect``: what lies in a path, and as what it would be read.

inspect    the verb: an inventory, what is recognized, and what to try where nothing is
"""
