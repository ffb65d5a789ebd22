"""Recipes: YAML files that say how a data set is built, checked whole before anything runs."""
