"""Random choices that depend on what is chosen, never on order or on the number of workers."""

import hashlib


def draw_key(seed: int, sample_id: str) -> str:
    """Return a text that orders samples at random: 32 hex digits of BLAKE2b of seed, NUL and id.

    The same seed and id give the same text wherever and whenever it is drawn.
    """
    text = f"{seed}\0{sample_id}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
