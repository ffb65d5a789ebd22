"""Parts: the immutable files of a store, written once, read after their bytes are compared.

integrity       whether the bytes of parts are those that were written
part            writing a part: samples, columns, measurements, removals
part_reader     reading a part: structure and ranges checked before use
part_copy       a part written anew with fewer rows
stored_columns  columns of stored samples, read when they are asked for
pixels          where stored pictures lie, and reading them
array_columns   array columns as parts hold them, and which of their values last
"""
