"""RAF-DB, the basic set and the compound set.

In the order in which one reads them:

    published    names of the lists, codes, and counts
    source       the source: which layout a path is, and its reader
    compound     the source of the compound set
    lists        as distributed: a list of names and codes, and the pictures beside it
    beside       what lies beside the list: the next two
    manual       five points by hand (of the original pictures), gender, race and age
    shares       shares of votes by class
    folders      the copy in numbered folders, known by label lists or file names
"""
