"""Support-vector machines with scikit-learn.

``requirements``; ``features``, ``grid``, ``svm``, ``inner_folds``, ``search``, ``checkpoint``,
``fitting``; the scripts ``train`` and ``evaluate``.
"""
