"""Build the wheel from the sdist, install it, and do the README's tour as somebody else.

``python tests/house/wheel.py python3.11 python3.13``: with each Python that is there, in an
environment of its own, away from the checkout, with a home folder that cannot be written, and as
another user where this one is root (where others may not run that Python, as root without powers).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
POWERLESS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]

DRAWN = """
import sys
from pathlib import Path
from fercurate.synthetic.fer2013 import write_fer2013
write_fer2013(Path(sys.argv[1]), sizes=(140, 30, 30), seed=3)
"""


def main() -> int:
    """Try every Python that was named, or this one if none is there; how many of them failed."""
    with tempfile.TemporaryDirectory(prefix="fercurate-wheel-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        wheel = _built(place / "built")
        there = {name: python for name in sys.argv[1:] if (python := _found(name))}
        there = there or {"this Python": sys.executable}
        for name in sorted(set(sys.argv[1:]) - set(there)):
            _say(f"{name}: not on this machine, not tried")
        failed = [name for name, python in there.items() if not _passes(python, wheel, place, name)]
    _say(f"{len(there) - len(failed)} passed, {len(failed)} failed")
    return len(failed)


def _found(name: str) -> str | None:
    """The Python of this name, such as python3.13, on the path or as pyenv has it."""
    version = name.removeprefix("python")
    try:
        told = subprocess.run(
            [name, "-c", "import ensurepip, sys; print(sys.executable)"],
            env={**os.environ, "PYENV_VERSION": _pyenv_version(version)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()


def _pyenv_version(version: str) -> str:
    if shutil.which("pyenv") is None:
        return version
    told = subprocess.run(["pyenv", "latest", version], capture_output=True, text=True, check=False)
    return told.stdout.strip() or version


def _built(folder: Path) -> Path:
    """The wheel, made of the sdist alone: what the sdist lacks is missing in it."""
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    _do([*build, "-t", "sdist"], cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(sdist, folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    _do([*build, "-t", "wheel"], cwd=source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _passes(python: str, wheel: Path, folder: Path, name: str) -> bool:
    place = folder / Path(name).name
    place.mkdir()
    environment, home, work = (place / part for part in ("env", "home", "work"))
    _do([python, "-m", "venv", str(environment)])
    bin_ = environment / "bin"
    _do([str(bin_ / "python"), "-m", "pip", "install", "-q", str(wheel)])
    home.mkdir(mode=0o555)
    work.mkdir()
    if os.geteuid() == 0 and _others_may_run(bin_ / "python"):
        os.chown(work, NOBODY, NOBODY)
    steps = [[str(bin_ / "python"), "-c", DRAWN, str(work)], *_tour(bin_)]
    for step in steps:
        done = _as_somebody(step, home, work)
        if done.returncode:
            _say(f"{name}: {' '.join(step[-4:])} gave {done.returncode}\n{done.stderr}")
            return False
    _say(f"{name}: the tour of the README passes")
    return True


def _tour(bin_: Path) -> list[list[str]]:
    """The README's own commands and Python, and what says of the installation that it is whole."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^fercurate (?:ingest|stats|build|export).*$", readme, re.MULTILINE)
    code = [part.partition("```")[0] for part in readme.split("```python\n")[1:]]
    commands = [line.split()[1:] for line in lines]
    whole = [["--version"], ["doctor"], ["demo", "demo", "--quiet"]]
    return [
        *([str(bin_ / "fercurate"), *words] for words in [*whole, *commands]),
        *([str(bin_ / "python"), "-c", block] for block in code),
    ]


def _as_somebody(step: list[str], home: Path, work: Path) -> "subprocess.CompletedProcess[str]":
    """Run a step where nothing but the work folder can be written."""
    kept = {name: os.environ[name] for name in ("LANG", "OPENBLAS_CORETYPE") if name in os.environ}
    settings = {**kept, "HOME": str(home), "PATH": f"{Path(step[0]).parent}:/usr/bin:/bin"}
    user: Any = {}
    if work.stat().st_uid == NOBODY:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    elif os.geteuid() == 0 and shutil.which(POWERLESS[0]):
        step = [*POWERLESS, *step]
    return subprocess.run(
        step, cwd=work, env=settings, capture_output=True, text=True, check=False, **user
    )


def _others_may_run(python: Path) -> bool:
    """Whether another user can: not where it lies below root's home."""
    try:
        subprocess.run([python, "-c", ""], user=NOBODY, group=NOBODY, extra_groups=[], check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _do(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} gave {done.returncode}\n{done.stderr}")


if __name__ == "__main__":
    raise SystemExit(main())
