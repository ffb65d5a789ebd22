"""Which stored samples decisions are about: by id and pixels, or by pixels alone."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.text import Encoded, text_rows


@dataclass(frozen=True)
class MatchedDecisions:
    """Decisions that count, on the samples of a manifest.

    Attributes:
        rows: manifest rows (M,) int64.
        decisions: what was decided on each of them (M,).
        other_pixels: decisions on samples that are stored with other pixels: not to be applied.
        not_stored: decisions on samples and pixels that are not stored.
    """

    rows: NDArray[np.int64]
    decisions: tuple[Decision, ...]
    other_pixels: tuple[Decision, ...] = ()
    not_stored: tuple[Decision, ...] = ()

    def __len__(self) -> int:
        return len(self.decisions)

    @classmethod
    def of(
        cls, decisions: Iterable[Decision], ids: Encoded, digests: Encoded
    ) -> "MatchedDecisions":
        """Match decisions to samples with some ids (N,) and pixel digests (N,).

        An id that is stored with the same pixels is the sample. One that is not stored stands for
        every sample with its pixels: a legal copy may be stored under other names. What an author
        answered about one sample under two names counts once, the latest.
        """
        every = cls.every(sorted(decisions, key=lambda one: one.time), ids, digests)
        pairs = zip(every.rows.tolist(), every.decisions, strict=True)
        latest = {(row, *one.key[1:]): (row, one) for row, one in pairs}
        return cls(
            np.array([row for row, _ in latest.values()], dtype=np.int64),
            tuple(one for _, one in latest.values()),
            every.other_pixels,
            every.not_stored,
        )

    @classmethod
    def every(
        cls, decisions: Iterable[Decision], ids: Encoded, digests: Encoded
    ) -> "MatchedDecisions":
        """The same of all decisions, those that no longer count among them."""
        told = list(decisions)
        by_id = text_rows(ids, [one.sample_id for one in told])
        stored = np.asarray(digests)[by_id].tolist() if len(ids) else []
        by_pixels = _Pixels(digests)
        rows: list[int] = []
        matched: list[Decision] = []
        other, absent = [], []
        for place, one in enumerate(told):
            if by_id[place] >= 0:
                if stored[place] == one.digest.encode():
                    rows.append(int(by_id[place]))
                    matched.append(one)
                else:
                    other.append(one)
                continue
            same = by_pixels.rows(one.digest)
            rows += same
            matched += [one] * len(same)
            if not same:
                absent.append(one)
        return cls(np.array(rows, dtype=np.int64), tuple(matched), tuple(other), tuple(absent))


class _Pixels:
    """Rows by pixel digest; the table is made when the first one is asked for."""

    def __init__(self, digests: Encoded) -> None:
        self._digests = digests
        self._known: dict[bytes, list[int]] | None = None

    def rows(self, digest: str) -> list[int]:
        if self._known is None:
            self._known = {}
            for row, one in enumerate(self._digests.tolist()):
                self._known.setdefault(one, []).append(row)
        return self._known.get(digest.encode(), [])
