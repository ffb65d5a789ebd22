"""``preview``: what every step of a recipe does to a few pictures.

sheets    what every step does to some samples, as contact sheets
preview   the verb: which samples, which sheets, where to
"""
