"""What lies in an archive, read there as if it were unpacked into a folder of its own.

In the order in which one reads them:

    listing          the pictures in class folders of an archive, and what else is in it
    class_archive    from class folders in an archive to samples
    packed_tables    tables of pixels in an archive, or packed alone
    advice           what to do with an archive that is not read
"""
