"""Random choices that depend on what is chosen, never on order or on the number of workers."""

import hashlib


def draw_key(seed: int, sample_id: str) -> str:
    """Return a text that orders samples at random: 32 hex digits of BLAKE2b of seed, NUL and id.

    The same seed and id give the same text wherever and whenever it is drawn.
    """
    text = f"{seed}\0{sample_id}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def draw_seed(seed: int, sample_id: str, copy: int) -> int:
    """Return the seed of the generator for one copy of a sample: 64 bits, 0..2^64 - 1.

    It depends on nothing but the recipe's seed, the sample's id and the number of the copy.
    """
    text = f"{seed}\0{sample_id}\0{copy}".encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
