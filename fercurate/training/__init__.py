"""Training on an export: what ``fercurate build`` copies beside it, laid out as it will lie there.

An island: nothing here imports the rest of fercurate, and inside of it all imports are relative,
so that a copy called ``training`` works on a machine without fercurate. The frameworks are
strangers to each other; ``networks`` stands below them and above ``shared``.

shared     an export as it is read, metrics, folds, runs, evaluation
networks   what networks have in common in every framework
torch      PyTorch: models, loop, checkpoints, scripts
keras      the same in Keras 3
sklearn    support-vector machines
"""
