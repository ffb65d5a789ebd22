"""``audit``: leakage between splits, and contradictory labels."""
