"""What corpora are read with: nothing here knows a corpus by name.

In the order in which one reads them:

    loading           from a file and what is known of it to a sample: decoded in a fixed order
    class_tree        trees of class-named folders: which pictures lie where
    class_folders     from a class tree to samples: what the name of a folder means, copies once
    named_files       pictures whose own names tell the expression
    picture_folder    a flat folder of pictures, and the names under which a list asks for them
    path_index        paths that stand in lists, turned into files of the corpus and nothing else
    picture_search    where the pictures lie that a list names, decided on its first rows
    csv_records       lines and fields of CSV files, whatever wrote them
    pixel_csv         pixels written as text: many rows at once, the broken ones explained
    pixel_shape       tables of pixels as text: which columns hold the label, the pixels, the split
    pixel_table       such a table, row by row
    variant           a count beside the published one, in words
"""
