"""AffectNet in the layouts that circulate.

In the order in which one reads them:

    options       what can be told: how many pictures of each class are drawn
    source        the source: which layout a path is, and its reader
    entries       what the layouts share: labeled pictures, the draw of some, numbers and boxes
    lists         the release of 2017: a list row by row, and the folders that it points to
    choice        which of the lists in a folder are read, and from which root
    parts         folders of pictures with a folder of small files beside them
    mini          the release of 2021: numbered pictures, a .npy file for each annotation
    npy_values    the values of small .npy files, never unpickled
    packs         class folders with a labels.csv
    yolo          pictures with boxes in text files
    yaml_names    the class names of a data.yaml, read without a YAML library
    published     rows of the lists, samples of the releases, of the copy on Kaggle
    variant       which copy this is, in words: the release, and its counts
"""
