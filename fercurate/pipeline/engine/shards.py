"""The work folder: results of units, each sealed under the unit's key.

A result is written under a name of its own and renamed; then its seal, a small JSON with size and
SHA-256. What has no seal is not there, and what is not as its seal says, after a power failure, is
done again: so nothing waits for the disk. Two workers that do the same unit write
the same bytes, so whoever comes last changes nothing.
"""

import glob
import hashlib
import json
import os
import secrets
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.files.regular import read_regular
from fercurate.pipeline.engine.unit import Unit

_MOST_SEAL = 1 << 12
_ASIDE = ".part"


@dataclass(frozen=True)
class WorkFolder:
    """A folder that the coordinator and all workers share."""

    path: Path

    def place(self, unit: Unit) -> Path:
        """Where the result of a unit lies once it is sealed."""
        return self.run_folder(unit.stage, unit.run) / unit.key[:2] / unit.key

    def run_folder(self, stage: str, run: str) -> Path:
        """Where the results of a run lie."""
        return self.path / f"{stage}-{run}"

    def is_sealed(self, unit: Unit) -> bool:
        """Whether a seal for a result of this unit's size is there; its bytes are not looked at."""
        return self._seal(unit) is not None

    def read(self, unit: Unit) -> bytes | None:
        """The result of a unit; None if it is not sealed, or not what its seal says."""
        seal = self._seal(unit)
        if seal is None:
            return None
        try:
            content = read_regular(self.place(unit), unit.size + unit.tail)
        except (OSError, ValueError):
            return None
        whole = len(content) == seal["bytes"] and _sha256(content) == seal.get("sha256")
        return content if whole else None

    def seal(self, unit: Unit, content: bytes) -> None:
        """Keep the result of a unit.

        Raises:
            OSError: the disk is full, or the folder cannot be written.
        """
        place = self.place(unit)
        place.parent.mkdir(parents=True, exist_ok=True)
        own = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}{_ASIDE}"
        facts = {"rows": unit.rows, "bytes": len(content), "sha256": _sha256(content)}
        seal = place.with_name(place.name + ".json")
        for path, told in ((place, content), (seal, json.dumps(facts).encode())):
            aside = path.with_name(f"{path.name}.{own}")
            try:
                aside.write_bytes(told)
                aside.replace(path)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise

    def drop(self, unit: Unit) -> None:
        """Take away the result of a unit; its seal first."""
        place = self.place(unit)
        place.with_name(place.name + ".json").unlink(missing_ok=True)
        place.unlink(missing_ok=True)

    def drop_run(self, stage: str, run: str) -> None:
        """Take away all results of a run, and what workers left that died while they wrote."""
        shutil.rmtree(self.run_folder(stage, run), ignore_errors=True)

    def drop_if_empty(self) -> None:
        """Take the folder itself away if nothing is in it."""
        _drop_if_empty(self.path)

    def write_probe(self) -> str:
        """Leave a file with a random name, and return the name: who shares the folder sees it.

        Those of processes of this machine that are gone are taken away.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        host = socket.gethostname()
        for path in self.path.glob(f"probe-*-{glob.escape(host)}"):
            if not _is_alive(path.name.split("-")[1]):
                path.unlink(missing_ok=True)
        name = f"probe-{os.getpid()}-{secrets.token_hex(16)}-{host}"
        (self.path / name).write_bytes(b"")
        return name

    def has_probe(self, name: str) -> bool:
        """Whether a probe is there."""
        return (self.path / name).is_file()

    def drop_probe(self, name: str) -> None:
        """Take a probe away."""
        (self.path / name).unlink(missing_ok=True)

    def _seal(self, unit: Unit) -> dict[str, Any] | None:
        seal = self.place(unit).with_name(unit.key + ".json")
        try:
            found = json.loads(read_regular(seal, _MOST_SEAL))
        except (OSError, ValueError):
            return None
        size = found.get("bytes") if isinstance(found, dict) else None
        return found if isinstance(size, int) and unit.fits(size) else None


def _is_alive(process: str) -> bool:
    """Whether a process of this machine runs, by its number."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _drop_if_empty(folder: Path) -> None:
    with suppress(OSError):  # it holds something, or is gone
        folder.rmdir()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
