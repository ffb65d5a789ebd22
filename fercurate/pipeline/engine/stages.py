"""Which module does the units of a stage.

A stage's module has two functions: ``done(unit) -> bytes`` does one unit, ``canary(unit) -> str`` a
small fixed piece of the same work, and returns a digest of it. A worker whose digest is not
the coordinator's computes other bytes, and is not taken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from fercurate.pipeline.engine.unit import Unit

MODULES: dict[str, str] = {
    "encode": "fercurate.pipeline.exporting.units",
    "decode": "fercurate.pipeline.ingest.units",
    "measure": "fercurate.pipeline.measure.units",
    "render": "fercurate.pipeline.building.rendering.units",
}
"""By the name of the stage; nothing else is ever loaded for a unit."""

CANARY, VERSIONS = "canary", "versions"
"""What the arguments of every unit tell: the digest of the canary, and versions by package."""


@dataclass(frozen=True)
class Stage:
    """The functions of a stage."""

    done: Callable[[Unit], bytes]
    canary: Callable[[Unit], str]

    @classmethod
    def of(cls, unit: Unit) -> "Stage":
        """The stage of a unit.

        Raises:
            KeyError: there is none of this name.
        """
        module = import_module(MODULES[unit.stage])
        return cls(module.done, module.canary)


_CANARY_SIDES = (48, 64, 97)


@lru_cache(maxsize=1)
def canary_pictures() -> list[NDArray[np.uint8]]:
    """Waves in whole numbers, of several sizes: no floating point has drawn them."""
    pictures = []
    for side in _CANARY_SIDES:
        y, x = np.mgrid[:side, :side].astype(np.int64)
        waves = (x * x * 7 + y * y * 3 + (x * y) // 5 + (x // 9 + y // 7) % 2 * 90) % 256
        pictures.append(waves.astype(np.uint8))
    return pictures
