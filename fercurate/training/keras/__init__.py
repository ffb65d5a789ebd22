"""Networks in Keras 3, with any of its backends.

``requirements``; ``reference_models`` and ``models``; ``loading`` (batches), ``augmentation``,
``loss``, ``loop``, ``checkpoint``; the scripts ``train``, ``evaluate``, ``predict``.
"""
