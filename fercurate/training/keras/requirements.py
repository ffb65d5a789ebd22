"""What the scripts for Keras need, and the backend that they run on."""

import json
import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ..shared.requirements import check_installed

_USUAL = "tensorflow"


def check_requirements() -> None:
    """End the script with one line where a package is missing; choose a backend that is there."""
    check_installed({"numpy": "numpy", "h5py": "h5py", "keras": "keras"})
    found = version("keras")
    if int(found.partition(".")[0]) < 3:
        sys.exit(f"error: Keras 3 needed, found {found}; get it with: pip install 'keras>=3'")
    choose_backend()


def choose_backend() -> None:
    """Where TensorFlow would be taken only because nothing else is said, take what is there.

    Raises:
        SystemExit: the backend that was asked for is missing, or there is none.
    """
    chosen = _stated_backend()
    if find_spec(chosen) is not None:
        return
    others = [name for name in ("torch", "jax") if find_spec(name) is not None]
    if os.environ.get("KERAS_BACKEND") or not others:
        sys.exit(f"error: Keras's backend {chosen} missing; get it with: pip install {chosen}")
    os.environ["KERAS_BACKEND"] = others[0]


def _stated_backend() -> str:
    """What Keras would take: KERAS_BACKEND, else its own settings, else TensorFlow."""
    folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    try:
        stated = json.loads((folder / "keras.json").read_text(encoding="utf-8")).get("backend")
    except (OSError, ValueError, AttributeError):
        stated = None
    return str(os.environ.get("KERAS_BACKEND") or stated or _USUAL)
