"""A disk that is full: every command that writes, on file systems from nothing to what it needs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.torture.kills import VERBS, State, Verb
from benchmarks.torture.material import Material
from benchmarks.torture.report import Part
from benchmarks.torture.sandbox import fercurate

STEPS = 20
_PAGE = 4096
_STAGED = ("left", "there")
"""Parts that the next change goes on from, and a demo that is half made."""


def can_mount() -> bool:
    """Whether small file systems can be made here: by root, where the system lets it."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


def fill_disks(material: Material, work: Path, steps: int = STEPS) -> Iterator[Part]:
    """Run every command on disks with less and less room beside the material."""
    for verb in VERBS:
        part = Part(f"full disk: {verb.name}")
        needed = _needed(verb, material, work)
        for step in range(steps + 1):
            with_room = _size(material.folder) + needed * step // steps
            _try(verb, material, work, with_room, part)
        yield part


def _size(folder: Path) -> int:
    """Bytes that a folder fills, each file in whole pages."""
    paths = list(folder.rglob("*"))
    return sum((p.stat().st_size // _PAGE + 2) * _PAGE for p in paths) + 64 * _PAGE


def _needed(verb: Verb, material: Material, work: Path) -> int:
    """Bytes more that a run fills, with room for what it stages."""
    folder = material.copy(work).folder
    before = _size(folder)
    fercurate(verb.command, folder, seconds=120)
    return max(2 * (_size(folder) - before), 1 << 20)


def _try(verb: Verb, material: Material, work: Path, size: int, part: Part) -> None:
    disk = work.with_name("disk")
    disk.mkdir(exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    subprocess.run(["mount", *options], check=True)  # noqa: S607
    try:
        try:
            folder = material.copy(disk / "work").folder
        except OSError:
            return  # not even the material fits
        before = verb.state(folder)
        outcome = fercurate(verb.command, folder, seconds=120)
        part.count(1, outcome, _fault(verb, folder, before, (outcome.code, outcome.err)))
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607


def _fault(verb: Verb, folder: Path, before: State, ended: tuple[int, str]) -> str:
    code, said = ended
    if code == 0:
        return ""
    if code != 1 or "disk is full" not in said:
        return f"exit code {code}: {said[-200:]}"
    try:
        after = verb.state(folder)
    except Exception as error:  # noqa: BLE001  # the state must be readable
        return f"not readable afterwards: {error}"
    lost = [name for name, value in before.items() if name not in _STAGED and after[name] != value]
    new = [name for name in after if name not in before and name not in verb.whole]
    return f"changed {lost + new}" if lost or new else ""
