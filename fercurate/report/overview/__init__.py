"""What Python shows of a result: one description, as lines for a terminal and as HTML.

base       the description, and its two renderings
contents   the description of each result
"""
