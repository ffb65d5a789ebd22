"""FER+: ten annotators' votes for the pictures of FER-2013.

In the order in which one reads them:

    published     names of files and folders, rows of the lists, how a join agrees
    vote_files    fer2013new.csv and label.csv, read into tables of votes
    other_table   fer2013new.csv and label.csv of one release: by name, and where they disagree
    join          the join of votes to stored rows, by position, and the check that it fits
    source        the overlay: votes for a FER-2013 that is stored already
    folders       a source of its own: the picture folders that FER+'s exporter writes
"""
