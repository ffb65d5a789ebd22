"""predict.py: expressions of faces in pictures, folders of pictures, and videos."""

from collections.abc import Sequence

from ..networks.prediction import predict_script
from .checkpoint import CHECKPOINTS


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    return predict_script(CHECKPOINTS, given)
