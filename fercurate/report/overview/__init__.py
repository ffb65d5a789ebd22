"""What Python shows of a result: one description, as lines for a terminal and as HTML.

base       the description: a headline and small tables, and its two renderings
contents   the overview of each result, made from its JSON values
"""
