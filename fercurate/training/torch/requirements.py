"""What the scripts for PyTorch need."""

from ..shared.requirements import check_installed


def check_requirements() -> None:
    """End the script with one line where a package is missing."""
    check_installed({"numpy": "numpy", "h5py": "h5py", "torch": "torch"})
