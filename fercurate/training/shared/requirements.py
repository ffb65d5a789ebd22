"""What a script needs, said in one line where it is missing. Needs nothing itself."""

import sys
from collections.abc import Mapping
from importlib.util import find_spec


def check_installed(needed: Mapping[str, str]) -> None:
    """End the script where a module is not installed; ``needed`` has the package of each module.

    Raises:
        SystemExit: with one line that says what to install.
    """
    missing = [package for module, package in needed.items() if find_spec(module) is None]
    if missing:
        names = " ".join(missing)
        sys.exit(f"error: {', '.join(missing)} missing; get it with: pip install {names}")
