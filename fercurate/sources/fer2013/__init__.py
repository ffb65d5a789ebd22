"""FER-2013: its CSV files in all circulating variants, and the image-folder copies.

In the order in which one reads them:

    published    usages, counts, and the names and digests of the published files
    source       the source: what is recognized, which reader reads it, which copy it is
    csv_file     one CSV, row by row
    archives     the same in an archive, read in place
    folders      class folders of pictures; the usage comes from file names where they tell it
"""
