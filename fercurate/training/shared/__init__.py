"""What the training scripts of all frameworks share. Needs h5py and NumPy.

``errors``, ``home`` (the export that scripts lie beside), ``requirements``; ``export`` (reading
one), ``folds``; ``bounds`` (of numbers on a command line), ``outputs`` (files of results);
``reporting`` (metrics), ``trained_model``, ``running`` (a run of train.py), ``evaluation`` and
``evaluate_script`` (evaluate.py).
"""
