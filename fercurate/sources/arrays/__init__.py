"""Arrays of pictures and labels: ``.npz``, HDF5, ``.npy`` beside each other.

In the order in which one reads them:

    columns     one array, whatever file it is in: shape, type, rows block by block
    npy         NumPy's own format, alone or in a .npz, without its reader
    hdf5        datasets and attributes of HDF5 files
    texts       labels, subjects, splits, names of classes: a text a row
    pictures    which axis is which, and which values are gray levels
    sets        arrays put together: pictures with their labels, of one split of one file
    files       which files of a path hold arrays, and the sets in them
    rows        from a set to samples and rejects
    source      the source: what is recognized, what labels mean, which copy it is
    advice      what to do with a file that is not read
"""
