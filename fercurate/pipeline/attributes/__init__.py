"""``attributes``: gender, age and the like of the people in stored pictures, as they are given.

In the order in which to read them:

    add         ``attributes add``: a table becomes attributes of a store, in one change
    listing     ``attributes list``: who has which value, by class and source
"""
