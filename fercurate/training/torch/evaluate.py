"""evaluate.py: metrics of a checkpoint on exports."""

from collections.abc import Sequence

from ..shared.evaluation.script import evaluate_script
from ..shared.home import HomeExport
from .checkpoint import CHECKPOINTS


def main(home: HomeExport, given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    return evaluate_script(CHECKPOINTS, home, given)
