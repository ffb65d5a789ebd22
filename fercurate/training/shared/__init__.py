"""What the training scripts of all frameworks share. Needs h5py and NumPy.

errors         what goes wrong, as one line
requirements   what is not installed
home           the export that scripts lie beside
format         the format of an export's files
lock           the digests that an export's files had when they were built
attributes     what a file of an export says of itself, checked
export         reading an export
augmentation   the augmentation that an export states
identical      rows whose picture stands in train too
statistics     mean and deviation of pixels
folds          who is tested by which fold
bounds         numbers on a command line
outputs        files of results, never replaced unasked
running        a run of train.py
evaluation     how good a trained model is
"""
