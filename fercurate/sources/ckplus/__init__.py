"""CK+, the Extended Cohn-Kanade set, in its three layouts.

In the order in which one reads them:

    published    counts of the release of 2010, and of CK+48
    options      what can be told: how many peak frames, whether a neutral one
    source       the source: of several layouts in one folder, the first is read
    tree         the folders of the original tree: roots, sequences, numbered files
    files        its small text files (emotion, FACS, landmarks), and the face box
    sequences    from a labeled sequence to its samples
    folders      CK+48: class folders of pictures whose names tell subject and frame
    extended     ckextended.csv: the columns of FER-2013, no subjects
    variant      which copy this is, in words: counted anew, beside what was published
"""
