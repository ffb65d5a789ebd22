"""What the training scripts of all frameworks share. Needs h5py and NumPy.

``errors``, ``home`` (the export that scripts lie beside), ``requirements``; ``format`` and
``export`` (an export and reading it), ``augmentation`` (as it states it), ``identical`` (pictures),
``statistics`` (of pixels), ``folds``; ``bounds`` (of numbers on a command line), ``outputs`` (files
of results), ``metrics``, ``plots``; ``running`` (a run of train.py); ``trained_model``,
``evaluation`` and ``evaluate_script`` (evaluate.py).
"""
