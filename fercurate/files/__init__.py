"""What every layer needs of files: whole or absent, locked, decoded, bounded, many at once.

atomic         a file written beside its place, then put there
lock           one process at a time
folder         a folder written beside its place, then put there; ours or foreign
hdf5           HDF5 files: opened by type, read without trust
foreign_hdf5   HDF5 files of others: what lies in them, never led out of the file
archives/      archives read in place: zip, tar, one packed file
hdf5_heaps     whether the heaps of an HDF5 file can be walked to their end
containment    whether a path stays in a folder once links are followed
decode         the one decoder of pictures
image_kinds    which format a file is, by its bytes
to_uint8       from a picture of any mode to gray or RGB bytes
quiet          no warnings while pictures are decoded
budget         bytes that threads share
blocks         rows in blocks that fit in memory
parallel       how many workers, and results in order
"""
