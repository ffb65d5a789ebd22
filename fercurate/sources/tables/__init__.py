"""What sources read whose rows stand in one file, pictures and all: arrays and Parquet.

In the order in which one reads them:

    keys           the vocabulary: what the name of an array or column tells
    label_codes    what labels mean: words, or codes that names or a label map explain
    row_ids        what the ids of a file's rows begin with, and that no two files share it
    pyarrow_files  Parquet files by PyArrow, an extra: their columns, and rows by batches
    precedence     what is the corpus of a folder before a file of rows in it is
"""
