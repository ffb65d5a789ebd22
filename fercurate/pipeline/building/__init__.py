"""``build``: from a store and a recipe to an export."""
