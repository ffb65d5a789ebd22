"""architecture.md is one page, and what it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "fercurate" / "architecture.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`([\w./-]+(?:/|\.\w+)(?:: \w+)?)`", PAGE)))


def located(name: str) -> Path:
    """The path of a name, which counts from the package or from the repository."""
    places = (ROOT / "fercurate" / name, ROOT / name)
    return next((place for place in places if place.exists()), places[0])


def test_it_is_one_page() -> None:
    assert len(PAGE.splitlines()) <= 120
    assert len(NAMED) >= 20


@pytest.mark.parametrize("name", NAMED)
def test_what_it_names_is_there(name: str) -> None:
    path, _, word = name.partition(": ")
    assert located(path).exists()
    assert not word or re.search(
        rf"^(def |class )?{word}\b", located(path).read_text("utf-8"), re.MULTILINE
    )


def test_every_package_has_its_line() -> None:
    packages = {path.parent.name for path in (ROOT / "fercurate").glob("*/__init__.py")}
    assert {name for name in packages if f"`{name}/" not in PAGE} == set()
