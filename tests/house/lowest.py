"""Prints the oldest versions that pyproject.toml allows, as constraints for pip.

usage: python tests/house/lowest.py > constraints.txt
"""

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_BOUND = re.compile(r"([\w.-]+)(?:>=|==)([\w.]+)(?:,<[\w.]+)?")


def lowest_versions() -> list[str]:
    """Return ``name==version`` for each dependency of the package and of its extra ``parquet``.

    Raises:
        ValueError: a dependency has no lower bound.
    """
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    constraints = []
    for requirement in project["dependencies"] + project["optional-dependencies"]["parquet"]:
        bound = _BOUND.fullmatch(requirement)
        if bound is None:
            raise ValueError(f"{requirement!r}: expected name>=lowest,<next")
        constraints.append(f"{bound[1]}=={bound[2]}")
    return constraints


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest_versions()) + "\n")
