"""Training on an export: what ``fercurate build`` copies beside it, laid out as it will lie there.

An island: nothing here imports the rest of fercurate, and inside of it all imports are relative,
so that a copy called ``training`` works on a machine without fercurate. In order of reading:

- ``shared``: an export as it is read, metrics, folds, runs, evaluation. Needs h5py and NumPy.
- ``networks``: what networks have in common in every framework: settings, progress, prediction.
- ``torch``, ``keras``, ``sklearn``: models, loops, checkpoints; ``train``, ``evaluate``, ... hold
  the ``main`` of the script of that name beside an export.

The frameworks are strangers to each other; ``networks`` stands below them and above ``shared``.
"""
