"""What every layer needs of files: whole or absent, locked, decoded, bounded, many at once.

regular        opening regular files and nothing else
atomic         a file written beside its place, then put there
nearby         what lies near a path where nothing is
lock           one process at a time
folder         a folder written beside its place, then put there; ours or foreign
csv_text       tables as CSV that come back as they were
digest         SHA-256 of files, once a process
seal           a checksum before an HDF5 file
hdf5           HDF5 files: opened by type, read without trust
foreign/       HDF5 files of others: tried in a process of its own, never led out of the file
archives/      archives read in place: zip, tar, one packed file
containment    whether a path stays in a folder once links are followed
pictures/      the one decoder of pictures
remote/        objects of an object store by URL, and the cache
child          work in a process of its own, with limits
budget         bytes that threads share
blocks         rows in blocks that fit in memory
parallel       how many workers, and results in order
"""
