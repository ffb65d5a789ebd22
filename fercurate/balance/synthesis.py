"""Synthetic samples by imbalanced-learn's SMOTE family, with their parents and steps.

The samplers themselves are imbalanced-learn's; they are given row numbers in place of pictures
(``neighbors.py``), and what they draw is written down as it is drawn, so every synthetic picture
can be made again from its two parents and its step, and none is held in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from imblearn.under_sampling import EditedNearestNeighbours, TomekLinks
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from fercurate.balance.neighbors import Neighbors, Numbers, Space
from fercurate.balance.smote_settings import SmoteSettings

_NOTHING_DRAWN = "No samples will be generated"
_SHARES_TOO_SMALL = (
    "adasyn shares out the new rows of a class among its pictures and rounds each share to a whole "
    "number; here every share is below a half, so there would be none: ask for more rows, or use "
    "smote"
)


@dataclass(frozen=True)
class Synthesis:
    """Synthetic samples (M,): the positions of two parents, the step from the first, the label.

    ``kept`` (N,) bool marks the given samples that cleaning leaves. ``remarks`` say what had to
    be done otherwise than asked, as pairs of a label and a sentence.
    """

    first: Numbers
    second: Numbers
    mix: NDArray[np.float64]
    labels: Numbers
    kept: NDArray[np.bool_]
    remarks: tuple[tuple[int, str], ...] = ()


class _RecordedSmote(SMOTE):  # type: ignore[misc]  # imbalanced-learn is untyped
    """SMOTE on row numbers that writes down parents and steps in place of mixing."""

    def _generate_samples(  # noqa: PLR0913, PLR0917  # the signature is imbalanced-learn's
        self,
        X: NDArray[Any],  # noqa: N803
        nn_data: NDArray[Any],
        nn_num: NDArray[np.int64],
        rows: Numbers,
        cols: Numbers,
        steps: NDArray[np.float64],
        y_type: int | None = None,
        y: Numbers | None = None,
    ) -> NDArray[Any]:
        picked = np.asarray(nn_num)[rows, cols]
        mix = steps[:, 0].copy()
        if y is not None:  # Borderline-SMOTE 2 goes at most half way to another class
            other = y[picked] != y_type
            drawn = check_random_state(self.random_state).uniform(0.0, 0.5, (other.sum(), 1))
            mix[other] *= drawn[:, 0]
        if not hasattr(self, "drawn"):
            self.drawn: list[tuple[Numbers, Numbers, NDArray[np.float64]]] = []
        pair = X[rows, 0].astype(np.int64), nn_data[picked, 0].astype(np.int64)
        self.drawn.append((*pair, mix))
        return X[rows]


class _RecordedBorderline(BorderlineSMOTE):  # type: ignore[misc]  # imbalanced-learn is untyped
    """BorderlineSMOTE that writes down the same."""

    _generate_samples = _RecordedSmote._generate_samples


class _RecordedSteps(np.random.RandomState):
    """NumPy's generator, which remembers the steps that ADASYN draws."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.steps: list[NDArray[np.float64]] = []

    def uniform(self, *arguments: Any, **options: Any) -> Any:
        """Draw as always, and keep what was drawn."""
        drawn = super().uniform(*arguments, **options)
        self.steps.append(np.asarray(drawn)[:, 0])
        return drawn


@dataclass(frozen=True)
class Samples:
    """What is mixed: pictures (N, ...), uint8 or float32, and their classes (N,).

    Only those of one kind (N,) are mixed with each other; without kinds, all are.
    """

    pixels: NDArray[Any]
    labels: Numbers
    kinds: Numbers | None = None

    def alone(self, label: int) -> int:
        """How many samples of a class are the only ones of their kind in it."""
        if self.kinds is None:
            return 0
        counts = np.unique(self.kinds[self.labels == label], return_counts=True)[1]
        return int((counts == 1).sum())


def synthesize(
    pixels: NDArray[Any],
    labels: Numbers,
    goal: Mapping[int, int],
    settings: SmoteSettings,
    jobs: int = 0,
) -> Synthesis:
    """Raise classes to a number of samples each by synthetic ones, then clean if asked to.

    ``pixels`` (N, ...) are the samples, uint8 or float32, ``labels`` (N,) their classes, ``goal``
    the wanted number by label. The same seed draws what plain imbalanced-learn draws from the
    same samples in the same order (Chawla et al. 2002; Han et al. 2005; He et al. 2008), whatever
    number of workers ``jobs`` (0: one a core) looks for neighbors.

    Raises:
        ValueError: the method cannot make samples of these classes; the message says why.
    """
    return synthesize_apart(Samples(pixels, labels), goal, settings, jobs)


def synthesize_apart(
    samples: Samples, goal: Mapping[int, int], settings: SmoteSettings, jobs: int = 0
) -> Synthesis:
    """Do what ``synthesize`` does, and mix only samples of one kind.

    Who lies near other classes is found among samples of every kind, but by ADASYN; so is what
    cleaning takes.

    Raises:
        ValueError: the method cannot make samples of these classes; the message says why.
    """
    labels = samples.labels
    space = Space(samples.pixels, settings.pca, settings.seed, jobs)
    if samples.kinds is not None:
        space.kinds = samples.kinds
    counts = np.bincount(labels, minlength=max(goal, default=0) + 1)
    raised = {label: n for label, n in sorted(goal.items()) if n > counts[label]}
    column = np.arange(len(labels), dtype=np.float64)[:, None]
    made = _empty() if not raised else _drawn(space, column, labels, raised, settings)
    remarks = _remarks(samples, counts, raised, settings)
    return _cleaned(space, labels, Synthesis(*made, np.ones(len(labels), bool), remarks), settings)


def _empty() -> tuple[Numbers, Numbers, NDArray[np.float64], Numbers]:
    none = np.empty(0, np.int64)
    return none, none, np.empty(0), none


def _drawn(
    space: Space,
    column: NDArray[np.float64],
    labels: Numbers,
    raised: Mapping[int, int],
    settings: SmoteSettings,
) -> tuple[Numbers, Numbers, NDArray[np.float64], Numbers]:
    """Parents, steps and labels of what the sampler draws."""
    padded = settings.method == "adasyn"
    near = Neighbors(space, settings.k_neighbors + 1, padded=padded, apart=True)
    options = {"sampling_strategy": dict(raised)}
    drawn: Sequence[tuple[Numbers, Numbers, NDArray[np.float64]]]
    if settings.method == "adasyn":
        steps = _RecordedSteps(settings.seed)
        sampler = ADASYN(**options, n_neighbors=near, random_state=steps)
        _, all_labels = _resampled(sampler, column, labels)
        drawn = [(*pair, mix) for pair, mix in zip(near.watch, steps.steps, strict=True)]
    else:
        sampler = _sampler(space, near, options, settings)
        _, all_labels = _resampled(sampler, column, labels)
        drawn = getattr(sampler, "drawn", [])
    joined = [np.concatenate(values) for values in zip(*drawn, strict=True)] or _empty()[:3]
    first, second, mix = joined
    return first, second, mix, np.asarray(all_labels[len(labels) :], dtype=np.int64)


def _sampler(
    space: Space, near: Neighbors, options: Mapping[str, Any], settings: SmoteSettings
) -> Any:
    if settings.method == "smote":
        return _RecordedSmote(**options, k_neighbors=near, random_state=settings.seed)
    return _RecordedBorderline(
        **options,
        k_neighbors=near,
        m_neighbors=Neighbors(space, settings.m_neighbors + 1),
        kind=settings.method,
        random_state=settings.seed,
    )


def _resampled(sampler: Any, column: NDArray[np.float64], labels: Numbers) -> tuple[Any, Any]:
    try:
        found = sampler.fit_resample(column, labels)
    except RuntimeError as error:  # ADASYN: a class without any neighbor of another class
        raise ValueError(" ".join(str(error).split())) from None
    except ValueError as error:
        if _NOTHING_DRAWN not in str(error):
            raise
        raise ValueError(_SHARES_TOO_SMALL) from None
    return found[0], found[1]


def _remarks(
    samples: Samples, counts: Numbers, raised: Mapping[int, int], settings: SmoteSettings
) -> tuple[tuple[int, str], ...]:
    """What is said of classes with fewer samples than neighbors are asked for."""
    remarks = []
    for label in raised:
        others = int(counts[label]) - 1
        if others == 0:
            remarks.append((label, "has a single sample: its synthetic ones are copies of it"))
        elif samples.alone(label):
            several = f"has {samples.alone(label):,} of a source or color of their own"
            remarks.append((label, f"{several}: what is made of them are copies"))
        elif others < settings.k_neighbors:
            remarks.append(
                (
                    label,
                    f"has {others + 1} samples: {others} neighbors are used, not "
                    f"{settings.k_neighbors}",
                )
            )
    return tuple(remarks)


def _cleaned(space: Space, labels: Numbers, made: Synthesis, settings: SmoteSettings) -> Synthesis:
    """Remove samples, given and synthetic, that lie among those of other classes."""
    if settings.cleaning == "none":
        return made
    space.add(made.first, made.second, made.mix)
    everyone = np.concatenate([labels, made.labels])
    column = np.arange(len(everyone), dtype=np.float64)[:, None]
    if settings.cleaning == "enn":
        near = Neighbors(space, 4)
        cleaner = EditedNearestNeighbours(sampling_strategy="all", n_neighbors=near)
        cleaner.fit_resample(column, everyone)
        left = np.asarray(cleaner.sample_indices_)
    else:
        near = Neighbors(space, 2).fit(column)
        nearest = np.asarray(near.kneighbors(column)[:, 1])
        classes = dict.fromkeys(np.unique(everyone).tolist(), 0)
        left = np.flatnonzero(~TomekLinks.is_tomek(everyone, nearest, classes))
    kept = np.zeros(len(everyone), dtype=bool)
    kept[left] = True
    old, new = kept[: len(labels)], kept[len(labels) :]
    return Synthesis(
        made.first[new], made.second[new], made.mix[new], made.labels[new], old, made.remarks
    )
