"""What the scripts share. Needs h5py, numpy, and Keras 3 with any of its backends."""

import json
import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

_NEEDED = {"numpy": "numpy", "h5py": "h5py", "keras": "keras"}
_USUAL = "tensorflow"


def _chosen_backend() -> str:
    """What Keras would take: KERAS_BACKEND, else its own settings, else TensorFlow."""
    folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    try:
        stated = json.loads((folder / "keras.json").read_text(encoding="utf-8")).get("backend")
    except (OSError, ValueError, AttributeError):
        stated = None
    return str(os.environ.get("KERAS_BACKEND") or stated or _USUAL)


def _take_backend() -> None:
    """Where TensorFlow would be taken only because nothing else is said, take what is there."""
    chosen = _chosen_backend()
    if find_spec(chosen) is not None:
        return
    others = [name for name in ("torch", "jax") if find_spec(name) is not None]
    if os.environ.get("KERAS_BACKEND") or not others:
        sys.exit(f"error: Keras's backend {chosen} missing; get it with: pip install {chosen}")
    os.environ["KERAS_BACKEND"] = others[0]


_missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
if _missing:
    sys.exit(f"error: {', '.join(_missing)} missing; get it with: pip install {' '.join(_missing)}")
_found = version("keras")
if int(_found.partition(".")[0]) < 3:
    sys.exit(f"error: Keras 3 needed, found {_found}; get it with: pip install 'keras>=3'")
_take_backend()
