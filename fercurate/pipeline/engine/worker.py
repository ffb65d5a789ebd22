"""What a worker does with one unit: look for its result, else do it and seal it.

What a worker answers is JSON: small numbers and texts, whatever machine it runs on.
"""

import json
import socket
from functools import cache
from pathlib import Path
from typing import Any

import cv2
from threadpoolctl import threadpool_limits

from fercurate.errors import FercurateError
from fercurate.export.lock import tool_versions
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.stages import CANARY, VERSIONS, Stage
from fercurate.pipeline.engine.unit import Unit

SEALED, AGAIN, REFUSED, UNSHARED, FAULT = "sealed", "again", "refused", "unshared", "fault"
"""What an answer may say: that the result is there, was there before, that this worker computes
other bytes, does not see the work folder, or failed."""


def work(text: str, folder: str, probe: str) -> str:
    """Do the unit that a text tells, and return an answer as JSON; nothing is raised.

    ``probe`` is the name of a file that the coordinator left in the work folder.
    """
    try:
        answer = _answer(Unit.from_text(text), WorkFolder(Path(folder)), probe)
    except FercurateError as error:
        answer = {FAULT: error.message}
    except Exception as error:  # noqa: BLE001  # whatever it stumbles over is an answer
        answer = {FAULT: f"{type(error).__name__}: {error}"[:500]}
    return json.dumps(answer)


def _answer(unit: Unit, folder: WorkFolder, probe: str) -> dict[str, Any]:
    if not folder.has_probe(probe):
        return {UNSHARED: socket.gethostname()}
    if folder.is_sealed(unit):
        return {AGAIN: True}
    reason = _other_bytes(unit)
    if reason:
        return {REFUSED: f"{socket.gethostname()}: {reason}"}
    _one_thread()
    content = Stage.of(unit).done(unit)
    if not unit.fits(len(content)):
        return {FAULT: f"{len(content):,} bytes; expected {unit.size:,}"}
    folder.seal(unit, content)
    return {SEALED: True}


def _other_bytes(unit: Unit) -> str:
    """Why this process would compute other bytes than the coordinator; "" if it would not."""
    asked, here = unit.arguments[VERSIONS], _versions()
    for name, version in asked.items():
        if here.get(name) != version:
            return f"{name} {here.get(name)}, and the coordinator has {version}"
    found = _canary(unit.stage, json.dumps(unit.arguments[CANARY]), unit.to_text())
    wanted = unit.arguments[CANARY]["digest"]
    return "" if found == wanted else "the same versions, but other bytes on a drawn picture"


_versions = cache(tool_versions)

_CANARIES: dict[tuple[str, str], str] = {}


def _canary(stage: str, asked: str, text: str) -> str:
    """The canary's digest, computed once a process for what is asked."""
    if (stage, asked) not in _CANARIES:
        unit = Unit.from_text(text)
        _one_thread()
        _CANARIES[stage, asked] = Stage.of(unit).canary(unit)
    return _CANARIES[stage, asked]


@cache
def _one_thread() -> None:
    """Let a worker process use one core: what has more is told to have more workers."""
    cv2.setNumThreads(1)
    threadpool_limits(1)
