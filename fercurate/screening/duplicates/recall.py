"""How much of the near duplicates a search has found, measured on a sample of the pictures."""

from dataclasses import dataclass

import numpy as np

from fercurate.domain.groups import Pairs
from fercurate.screening.duplicates.products import ProductSearch, close_pairs
from fercurate.screening.duplicates.similarity import MIN_CORRELATION, similar_pairs
from fercurate.screening.duplicates.spectrum import bounding_vectors
from fercurate.screening.duplicates.thumbnails import Thumbnails

SAMPLED = 4096
_MARGIN = 5e-4
_SEED = 2013


@dataclass(frozen=True, slots=True)
class Recall:
    """What was found of the near duplicates of ``sampled`` pictures, compared with all others.

    ``pairs``: pairs that these pictures are part of; ``known``: those that the search gave too.
    """

    sampled: int
    pairs: int
    known: int

    @property
    def share(self) -> float:
        """Share of the pairs that was found; 1 where there was none."""
        return self.known / self.pairs if self.pairs else 1.0


def measured_recall(small: Thumbnails, pairs: Pairs, jobs: int = 0) -> Recall:
    """Compare a fixed sample of thumbnails (N, 32, 32) with all, and count what ``pairs`` hold."""
    count = len(small)
    rng = np.random.default_rng([_SEED, count])
    sample = np.sort(rng.choice(count, min(SAMPLED, count), replace=False))
    search = ProductSearch(MIN_CORRELATION - _MARGIN, jobs)
    vectors = bounding_vectors(small)
    true = close_pairs(vectors[sample], vectors, search)
    true[:, 0] = sample[true[:, 0]]
    true = similar_pairs(small, small, true[true[:, 0] != true[:, 1]])
    keys = np.unique(true.min(axis=1) * count + true.max(axis=1))
    known = np.isin(keys, pairs.min(axis=1) * count + pairs.max(axis=1))
    return Recall(len(sample), len(keys), int(known.sum()))
