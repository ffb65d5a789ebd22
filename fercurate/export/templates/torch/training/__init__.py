"""What the scripts share. Needs h5py, numpy and PyTorch."""

import sys
from importlib.util import find_spec

_NEEDED = {"numpy": "numpy", "h5py": "h5py", "torch": "torch"}

_missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
if _missing:
    sys.exit(f"error: {', '.join(_missing)} missing; get it with: pip install {' '.join(_missing)}")
