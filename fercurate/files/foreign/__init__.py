"""HDF5 files that nothing vouches for.

probe    a child process walks through one first
heaps    whether its heaps can be walked to their end
hdf5     what lies in one, never led out of the file
"""
