"""What each step of curation is worth to a model: ``python -m benchmarks.worth``.

One network, one number of pictures seen, several seeds; only the training rows differ. In the
order in which to read them:

    variants  what is done to the training rows, as recipes
    runs      exports built, networks trained and tested, each only once
    answers   rows and labels on which all of them are compared
    table     mean and spread of what came out
"""
