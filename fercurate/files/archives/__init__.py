"""Archives read in place: nothing is unpacked to a path, and everything is bounded.

In the order in which one reads them:

    members      a file in an archive, and why it is not read
    packing      what kind of archive a file is, by its name and first bytes
    zip_files    the members of a zip
    tar_files    the members of a tar, packed or not, in one pass
    bounded      a packed file as one that is read like any other
    contents     the members of any archive, their bytes, and a packed table as if it lay there
"""
