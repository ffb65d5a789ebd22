"""Recipes, and every value in them."""
