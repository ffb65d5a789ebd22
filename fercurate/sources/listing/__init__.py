"""Tables of whatever people have: the one reader of lists of pictures, and pixels as text.

In the order in which one reads them:

    source            the source ``list``: which tables of a path are read, and their options
    table_files       which tables of a folder are lists of its pictures, and which are read
    labels            what the labels mean: names, one-hot columns, or codes in a known order
    pictures          from a list to samples: path, label, split, person and box of each row
    remarks           what is said of a list that was read
"""
