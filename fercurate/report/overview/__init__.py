"""What Python shows of a result: one description, as lines for a terminal and as HTML.

Read ``base`` (the description and its two renderings), then ``contents`` (of each result).
"""
