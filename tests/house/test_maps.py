"""Each package carries a map of itself: one line a module, in the docstring of its __init__."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path.parent for path in (ROOT / "fercurate").rglob("__init__.py"))
_ENTRY = re.compile(r"^(?:    )?(?P<name>[\w.]+)/?  +(?P<meaning>\S.*)$", re.MULTILINE)


def modules(package: Path) -> set[str]:
    """Names of the modules and packages in a package."""
    children = (path for path in package.iterdir() if path.name != "__init__.py")
    return {
        path.stem for path in children if path.suffix == ".py" or (path / "__init__.py").exists()
    }


def entries(package: Path) -> list[tuple[str, str]]:
    """Names and meanings of a map, in its order."""
    docstring = ast.get_docstring(
        ast.parse((package / "__init__.py").read_text("utf-8")), clean=False
    )
    return _ENTRY.findall(docstring or "")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_map_names_each_module_once(package: Path) -> None:
    named = [name for name, _ in entries(package)]
    assert len(named) == len(set(named)), "a name twice"
    data = {name for name in named if name not in modules(package)}
    assert set(named) - data == modules(package)
    assert [name for name in sorted(data) if not (package / name).exists()] == []
