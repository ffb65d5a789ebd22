"""Recipes: YAML files that say how a data set is built, checked whole before anything runs.

tree           YAML without its traps, with the line of every value
steps          the siblings' frozen dataclasses as steps, told apart by kind
conditions     which samples of a source: what a condition may name
sections       whose pictures, and under which labels
parts/         the other sections, a module each
model          the recipe made of these, and the rules between them
needs          what it must know of samples before anything is decided
loader         from a recipe's text to a ``Recipe``, or to all of its faults at once
shipped        finding a recipe by path or name
"""
