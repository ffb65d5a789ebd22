"""What sources read whose rows stand in one file, pictures and all: arrays and Parquet.

label_codes    what labels mean: words, or codes that names or a label map explain
"""
