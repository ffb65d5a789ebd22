"""``init``: the first recipe, from a few answers.

draft    what was answered, and the commented text that follows from it
choices  what is sensible for the sources of a store, if there is one
"""
