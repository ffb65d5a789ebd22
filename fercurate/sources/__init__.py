"""The corpora that can be read: what a path is, and from its files to samples and rejects.

Read in this order; a corpus is a folder, or a module where one is enough.

    options      what a source can be told: each option described once, beside its source
    base         what every source offers (the protocol), and what recognizing a path gives
    unrecognized    what is said of a path that no source reads, and what to try
    registry     all sources, in the order in which they are asked what a path is
    names        what the names of files and folders tell: kinds, splits, people
    reading      what several corpora are read with: lists, trees, flat folders, pixels as text
    fer2013      FER-2013: its CSV files, and the class folders made from them
    ferplus      FER+: votes that join to a stored FER-2013, and its own folders of pictures
    ckplus       CK+: the original tree of sequences, CK+48, and ckextended.csv
    affectnet    AffectNet: the releases of 2017 and 2021, and packs made from them
    rafdb        RAF-DB, its two sets: their lists, and the basic copy in numbered folders
    expw         ExpW: a list of faces and the web pictures that they are in
    jaffe        JAFFE: a flat folder of pictures whose names tell subject and expression
    kdef         KDEF: a folder a person and session, names with expression and angle
    listing      lists of pictures and tables of pixels that no other source knows
    archive      what lies in a zip or tar, read there as if it were unpacked
    tables       what sources share whose rows stand in one file, pictures and all
    arrays       arrays of pictures and labels: .npz, HDF5, pairs of .npy
    parquet      Parquet with a column of pictures, as Hugging Face data sets are kept
    web_dataset  rows of a picture and a label in tar files
    cub          the three lists of CUB-200, with pictures of faces
    folder       any tree of class-named folders that no other source knows
"""
