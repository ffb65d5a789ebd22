"""Training and measuring the screener that ships with fercurate: ``python -m benchmarks.screener``.

It needs PyTorch and ONNX (``pip install torch onnx``), which fercurate itself does not.
"""
