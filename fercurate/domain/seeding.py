"""Random numbers that depend on what is made, never on order or on the number of workers."""

import hashlib

import numpy as np


def rng_for(seed: int, sample_id: str, copy: int = 0) -> np.random.Generator:
    """Return the generator for one copy of one sample under one seed.

    The same three arguments give the same stream on every machine, in any order of calls.
    """
    key = hashlib.sha256(f"{seed}\0{sample_id}\0{copy}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(key, "little")))
