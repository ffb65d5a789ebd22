"""``import fercurate``: every public name is there, comes lazily, and nothing comes with it."""

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

import fercurate
from fercurate import errors
from fercurate.api.homes import HOMES

DOORS = (
    "annotations",
    "care",
    "exports",
    "ingest",
    "objects",
    "predictions",
    "proof",
    "recipes",
    "stored",
)
HEAVY = ("numpy", "h5py", "pandas", "click", "cv2", "matplotlib", "pydantic", "yaml", "typing")


def in_a_fresh_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_importing_it_loads_nothing_else() -> None:
    loaded = in_a_fresh_python(
        "import sys; before = set(sys.modules); import fercurate\n"
        "print(*sorted(set(sys.modules) - before))"
    ).split()
    assert [name for name in loaded if name.partition(".")[0] in HEAVY] == []
    assert [name for name in loaded if name.startswith("fercurate.")] == []


def test_importing_it_takes_less_than_fifty_milliseconds() -> None:
    code = "import time; t = time.perf_counter(); import fercurate; print(time.perf_counter() - t)"
    times = []
    for _ in range(5):
        times.append(float(in_a_fresh_python(code)))
        if times[-1] < 0.05:
            break
        time.sleep(0.1)
    assert min(times) < 0.05


def test_every_name_resolves_and_is_kept() -> None:
    for name in fercurate.__all__:
        value = getattr(fercurate, name)
        assert value is not None
        assert vars(fercurate)[name] is value


def test_a_star_import_gives_exactly_all() -> None:
    code = "from fercurate import *; print(*(n for n in dir() if n[:2] != '__'), __version__)"
    names = in_a_fresh_python(code).split()
    assert names == [*(n for n in fercurate.__all__ if n != "__version__"), fercurate.__version__]


def test_dir_and_all_agree_with_the_homes() -> None:
    assert dir(fercurate) == sorted(fercurate.__all__) == fercurate.__all__
    homes = [name for names in HOMES.values() for name in names]
    assert sorted([*homes, "__version__"]) == fercurate.__all__


def test_checkers_are_told_the_same_homes() -> None:
    text = Path(fercurate.__file__).read_text()
    block = text.partition("if TYPE_CHECKING:\n")[2].partition("__all__")[0]
    told = {}
    for statement in block.replace("(\n", " ").replace(",\n", ", ").split("from fercurate.")[1:]:
        module, _, names = statement.partition(" import ")
        told[module] = tuple(n.strip(" )\n") for n in names.split(",") if n.strip(" )\n"))
    assert told == HOMES


def test_nothing_public_is_missing() -> None:
    for module in DOORS:
        space = vars(import_module(f"fercurate.api.{module}"))
        own = [
            name
            for name, value in space.items()
            if getattr(value, "__module__", "") == f"fercurate.api.{module}" and name[0] != "_"
        ]
        assert own
        assert set(own) <= set(fercurate.__all__)
    tree = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    # what the reading of files turns into one of the others
    assert tree - set(fercurate.__all__) == {"FormatError", "StaleResumeError"}


def test_every_error_is_of_the_one_tree() -> None:
    for name in fercurate.__all__:
        if name.endswith("Error"):
            assert issubclass(getattr(fercurate, name), fercurate.FercurateError)
    assert issubclass(fercurate.FercurateWarning, UserWarning)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'ingset'"):
        _ = fercurate.ingset  # type: ignore[attr-defined]
