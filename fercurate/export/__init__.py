"""Exports: the files that any trainer reads, and the papers that come with them.

hdf5            the data files: tables first, then pictures
exported_files  which they are, compared with the lock, opened
reader          reads them again
open_export     an export held open: all columns, and pictures block by block
data_file       one of them as it lies there, whatever the lock says
split_file      one split: pictures by row, weights and statistics
samples_file    what was decided on each sample
summary         what an export holds, as facts
datasheet/      the same for people
croissant       the same for machines, as other tools read it
uses            what may be done with such pictures, in one dated paragraph
scripts         the training kit beside it
lock            `recipe.lock`: what it was made from, and what came out, by digest
folder          which folder is an export, and may be replaced
"""
