"""``stats``: the class balance of a store or an export."""
