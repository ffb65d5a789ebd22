"""Python and the packages: whether they are there, in their bounds, and there only once."""

import platform
import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from fercurate import __version__
from fercurate.pipeline.doctor.finding import Finding

Version = tuple[int, ...]
Installed = Callable[[str], str]
"""The version of an installed package by its name; raises ``PackageNotFoundError``."""

EXTRAS: dict[str, tuple[str, str]] = {
    "torch": ("torch", "training scripts for PyTorch"),
    "keras": ("keras", "training scripts for Keras"),
    "parquet": ("pyarrow", "Parquet files"),
    "heic": ("pillow-heif", "HEIC pictures"),
    "cluster": ("distributed", "--cluster"),
    "review": ("starlette", "fercurate review"),
    "s3": ("s3fs", "s3:// addresses"),
    "gs": ("gcsfs", "gs:// addresses"),
}
"""The extras: a package of each by which it is known, and what it is for."""

_CV2 = (
    *("opencv-python", "opencv-python-headless"),
    *("opencv-contrib-python", "opencv-contrib-python-headless"),
)
"""Packages that all put their files into one folder ``cv2``."""

_BOUND = re.compile(r"(>=|<=|==|<|>|!=)\s*([\d.]+)")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def library_findings(installed: Installed = version) -> Iterator[Finding]:
    """Yield what is found of Python, of every package that is needed, and of the extras."""
    yield Finding("fercurate", "ok", __version__)
    yield _python(sys.version_info[:3])
    for line in requires("fercurate") or ():
        requirement, _, marker = line.partition(";")
        if "extra" not in marker:
            yield _package(requirement.strip(), installed)
    yield _only_one_cv2(installed)
    for extra, (package, purpose) in EXTRAS.items():
        yield _extra(extra, package, purpose, installed)


def _python(found: Version) -> Finding:
    text = f"{platform.python_implementation()} {'.'.join(map(str, found))}"
    wanted = metadata("fercurate")["Requires-Python"] or ""
    if _fits(found, wanted):
        return Finding("python", "ok", text)
    return Finding("python", "fault", text, f"Make an environment with Python {wanted}")


def _package(requirement: str, installed: Installed) -> Finding:
    match = _NAME.match(requirement)
    name = match[0] if match else requirement
    bounds = requirement.removeprefix(name).strip()
    try:
        found = installed(name)
    except PackageNotFoundError:
        return Finding(name, "fault", "not installed", f"pip install '{requirement}'")
    if not found:
        again = f"pip install --force-reinstall '{requirement}'"
        return Finding(name, "fault", "its installation is damaged", again)
    if _fits(_numbers(found), bounds):
        return Finding(name, "ok", found)
    return Finding(name, "fault", f"{found}; expected {bounds}", f"pip install '{requirement}'")


def _only_one_cv2(installed: Installed) -> Finding:
    there = []
    for name in _CV2:
        try:
            there.append(f"{name} {installed(name)}")
        except PackageNotFoundError:
            continue
    if len(there) < 2:
        return Finding("cv2", "ok", "one package")
    names = " ".join(one.split(" ")[0] for one in there)
    return Finding(
        "cv2",
        "fault",
        f"{len(there)} packages in one folder: {', '.join(there)}",
        f"pip uninstall -y {names}; then: pip install --force-reinstall --no-deps "
        "'opencv-python-headless<5'",
    )


def _extra(extra: str, package: str, purpose: str, installed: Installed) -> Finding:
    try:
        return Finding(f"[{extra}]", "ok", f"{package} {installed(package)}: {purpose}")
    except PackageNotFoundError:
        found = f"not installed: {purpose}"
        return Finding(f"[{extra}]", "note", found, f"pip install 'fercurate[{extra}]'")


def _fits(found: Version, bounds: str) -> bool:
    """Whether a version lies within bounds such as ``>=2.1,<3``."""
    compared = {
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        "<": lambda a, b: a < b,
        ">": lambda a, b: a > b,
        "!=": lambda a, b: a != b,
    }
    for sign, text in _BOUND.findall(bounds):
        bound = _numbers(text)
        width = max(len(found), len(bound))
        ours, theirs = (one + (0,) * (width - len(one)) for one in (found, bound))
        if not compared[sign](ours, theirs):
            return False
    return True


def _numbers(text: str) -> Version:
    """The numbers that a version begins with: ``4.13.0.90``, ``2.13.0+cpu``."""
    match = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, match[0].split("."))) if match else ()
