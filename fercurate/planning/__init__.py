"""The pure core of a build: from evidence and a recipe to a plan; no store, no file, no pixel.

In the order of a build:

    labels       from native labels or votes into a scheme, with reasons for what drops
    screening    who is left out, who is a duplicate, who is best
    plan         verdicts, splits and rows: the whole decision
    resampling   what each split's export holds beside or instead of its originals
"""
