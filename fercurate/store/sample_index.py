"""What tells a sample that comes again from one that is new, in some 40 bytes a sample."""

from array import array
from zlib import crc32

import numpy as np

from fercurate.store.store import Store

Facts = tuple[str, str, str]
"""What makes a stored sample another one: digest, expression, native split."""

FACT_NAMES = ("pixels", "expression", "native split")

_DIGEST_BYTES = 16
"""So many bytes of a picture's SHA-256 are kept: enough to tell it from any other."""

_BLOCK = 65_536
_LEAST = 1 << 12
_EMPTY = 0


class SampleIndex:
    """The facts of samples by id, without their ids.

    An id is known by 96 bits: Python's own hash of it, whose key is another in each process, and
    its CRC-32. Entries have numbers from 0 on, in the order in which they came; those of a store's
    samples are their rows.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._slots = array("I", bytes(4 * _LEAST))
        self._mask = _LEAST - 1
        self._hashes = array("q")
        self._checks = array("I")
        self._digests = bytearray()
        self._pairs = array("I")
        self._seen = bytearray()
        self._pair_codes: dict[tuple[str, str], int] = {}
        if store is not None:
            self._take(store)

    def __len__(self) -> int:
        return len(self._hashes)

    def find(self, sample_id: str) -> int:
        """The number of a sample's entry; -1 if there is none."""
        wanted, slot = hash(sample_id), hash(sample_id) & self._mask
        while (number := self._slots[slot] - 1) >= 0:
            if self._hashes[number] == wanted and self._checks[number] == _check(sample_id):
                return number
            slot = (slot + 1) & self._mask
        return -1

    def add(self, sample_id: str, facts: Facts) -> None:
        """Add a sample whose id has no entry."""
        self._append(sample_id, *facts)
        if 2 * len(self) > self._mask:
            self._grow()
        else:
            self._place(len(self) - 1)

    def replace(self, number: int, facts: Facts) -> None:
        """Give an entry other facts."""
        digest, *pair = facts
        self._digests[_DIGEST_BYTES * number : _DIGEST_BYTES * (number + 1)] = _shortened(digest)
        self._pairs[number] = self._pair(*pair)

    def differing(self, number: int, facts: Facts) -> tuple[str, ...]:
        """In which of ``FACT_NAMES`` an entry differs from facts."""
        digest, label, split = facts
        pixels = self._digests.startswith(_shortened(digest), _DIGEST_BYTES * number)
        if pixels and self._pairs[number] == self._pair(label, split):
            return ()
        own_label, own_split = list(self._pair_codes)[self._pairs[number]]
        same = pixels, own_label == label, own_split == split
        return tuple(name for name, one in zip(FACT_NAMES, same, strict=True) if not one)

    def see(self, number: int) -> None:
        """Note that the sample of an entry has come."""
        self._seen[number] = 1

    def is_seen(self, sample_id: str) -> bool:
        """Whether a sample has come."""
        number = self.find(sample_id)
        return number >= 0 and bool(self._seen[number])

    def _take(self, store: Store) -> None:
        manifest = store.manifest
        for start in range(0, len(manifest), _BLOCK):
            some = manifest.take(np.arange(start, min(start + _BLOCK, len(manifest))))
            columns = (some.text(n) for n in ("id", "digest", "expression", "native_split"))
            for row in zip(*columns, strict=True):
                self._append(*row)
        self._grow()

    def _append(self, sample_id: str, digest: str, label: str, split: str) -> None:
        self._hashes.append(hash(sample_id))
        self._checks.append(_check(sample_id))
        self._digests += _shortened(digest)
        self._pairs.append(self._pair(label, split))
        self._seen.append(0)

    def _pair(self, label: str, split: str) -> int:
        return self._pair_codes.setdefault((label, split), len(self._pair_codes))

    def _place(self, number: int) -> None:
        slot = self._hashes[number] & self._mask
        while self._slots[slot] != _EMPTY:
            slot = (slot + 1) & self._mask
        self._slots[slot] = number + 1

    def _grow(self) -> None:
        """Make room for twice as many entries."""
        size = max(_LEAST, 1 << (2 * len(self)).bit_length())
        self._slots, self._mask = array("I", bytes(4 * size)), size - 1
        for number in range(len(self)):
            self._place(number)


def _check(sample_id: str) -> int:
    return crc32(sample_id.encode("utf-8", "surrogatepass"))


def _shortened(digest: str) -> bytes:
    return bytes.fromhex(digest[: 2 * _DIGEST_BYTES])
