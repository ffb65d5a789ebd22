"""Tables and trees of corpora, and what may lie in their place."""
