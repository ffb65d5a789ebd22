"""What sources read whose rows stand in one file: tables of text, arrays, Parquet.

In the order in which one reads them:

    text_table     tables with commas, tabs or blanks, or JSON lines: each row by column
    blank_lines    the lines of a list, fields between blanks
    keys           the vocabulary: what the name of an array or column tells
    label_codes    what labels mean: words, or codes that names or a label map explain
    row_ids        what the ids of a file's rows begin with, and that no two files share it
    pyarrow_files  Parquet files by PyArrow, an extra: their columns, and rows by batches
    precedence     what is the corpus of a folder before a file of rows in it is
"""
