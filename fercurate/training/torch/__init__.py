"""Networks in PyTorch.

``requirements``; ``reference_models`` and ``models``; ``loading`` (batches), ``augmentation``,
``loop``, ``checkpoint``; the scripts ``train``, ``evaluate``, ``predict``, ``export_onnx``.
"""
