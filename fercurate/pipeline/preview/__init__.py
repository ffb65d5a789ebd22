"""``preview``: what every step of a recipe does to a few pictures."""
