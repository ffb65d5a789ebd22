"""Mixing apart: within a source, gray with gray, unless told otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import pytest

from fercurate.balance.base import BalanceContext, ResampledSplit
from fercurate.balance.smote import Adasyn, BorderlineSmote, MixingStep, Smote, SmoteEnn, SmoteTomek
from fercurate.balance.smote_settings import SmoteSettings
from fercurate.balance.synthesis import Samples, synthesize, synthesize_apart
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.base import Parents
from fercurate.domain.text import encode_text

STEPS = [Smote, BorderlineSmote, Adasyn, SmoteEnn, SmoteTomek]
METHODS: list[Any] = ["smote", "borderline-1", "borderline-2", "adasyn"]


def cloud(count: int = 120) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of two classes that lie among each other, and a kind for each, in no order."""
    rng = np.random.default_rng(3)
    points = rng.normal(0, 1, (count, 3)).astype(np.float32)
    return points, (rng.random(count) < 0.3).astype(np.int64), rng.integers(0, 3, count)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cleaning", ["none", "enn", "tomek"])
def test_only_samples_of_one_kind_are_mixed(method: Any, cleaning: Any) -> None:
    points, labels, kinds = cloud()
    settings = SmoteSettings(method, cleaning=cleaning, seed=1)
    goal = {1: int((labels == 0).sum())}
    made = synthesize_apart(Samples(points, labels, kinds), goal, settings)
    assert len(made.mix)
    np.testing.assert_array_equal(kinds[made.first], kinds[made.second])
    if cleaning != "enn":
        assert set(kinds[made.first]) == {0, 1, 2}
    together = synthesize(points, labels, goal, settings)
    assert (kinds[together.first] != kinds[together.second]).any()


@pytest.mark.parametrize("method", METHODS)
def test_samples_of_one_kind_are_mixed_as_ever(method: Any) -> None:
    points, labels, _ = cloud()
    settings = SmoteSettings(method, seed=2)
    plain = synthesize(points, labels, {1: 80}, settings)
    one = synthesize_apart(Samples(points, labels, np.full(len(labels), 4)), {1: 80}, settings)
    for name in ("first", "second", "mix", "labels"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(one, name))


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ([9, 6], []),
        ([9, 1], ["has 1 of a source or color of their own: what is made of them are copies"]),
        ([9, 1, 1], ["has 2 of a source or color of their own: what is made of them are copies"]),
    ],
)
def test_who_is_alone_is_told(sizes: list[int], says: list[str]) -> None:
    rng = np.random.default_rng(0)
    few = sum(sizes)
    points = rng.normal(0, 1, (40 + few, 3)).astype(np.float32)
    labels = np.repeat([0, 1], [40, few])
    kinds = np.concatenate([np.zeros(40, np.int64), np.repeat(np.arange(len(sizes)), sizes)])
    made = synthesize_apart(Samples(points, labels, kinds), {1: 40}, SmoteSettings(seed=1))
    assert [text for _, text in made.remarks] == says
    np.testing.assert_array_equal(kinds[made.first], kinds[made.second])
    alone = np.isin(made.first, np.flatnonzero((labels == 1) & (kinds > 0))) & (1 in sizes)
    np.testing.assert_array_equal(made.first[alone], made.second[alone])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("empty", [0, 1, 2])
def test_a_class_without_samples_is_no_obstacle(method: Any, empty: int) -> None:
    points, two, _ = cloud()
    labels = np.array([code for code in range(3) if code != empty])[two]
    rare = int(labels[two == 1][0])
    goal = {code: {rare: 90, empty: 0}.get(code, int((two == 0).sum())) for code in range(3)}
    made = synthesize(points, labels, goal, SmoteSettings(method, seed=1))
    assert set(made.labels) == {rare}


SOURCES = np.repeat(["fer", "web"], 40)
GRAY = np.arange(80) % 2 == 0
LABELS = np.array([int(n % 5 == 0) for n in range(80)])


def resampled(step: MixingStep, sources: np.ndarray, *, colored: bool) -> ResampledSplit:
    """What a step makes of 80 pictures, every second of them gray where they are colored."""
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 256, (80, 6, 6, 3), dtype=np.uint8)
    pixels[GRAY] = pixels[GRAY][..., :1]

    @contextmanager
    def pictures(parents: Parents) -> Iterator[np.ndarray]:
        yield pixels[parents.rows] if colored else pixels[parents.rows][..., 0]

    ids = encode_text([f"{source}:{n:03d}" for n, source in enumerate(sources)])
    context = BalanceContext(
        ("angry", "happy"), LABELS, ids, 0, pictures, lambda _: nullcontext(),
        sources=encode_text(list(sources)),
    )  # fmt: skip
    return step.resample(SplitPlan.of("train", np.arange(80)), context)


def pairs(result: ResampledSplit, column: np.ndarray) -> np.ndarray:
    """Whether both parents of each synthetic row agree in a column."""
    (mixtures,) = result.plan.mixtures
    assert len(mixtures)
    return np.asarray(column[mixtures.first.rows] == column[mixtures.second.rows])


@pytest.mark.parametrize("kind", STEPS)
def test_a_step_mixes_neither_sources_nor_gray_with_color(kind: type[MixingStep]) -> None:
    result = resampled(kind(), SOURCES, colored=True)
    assert pairs(result, SOURCES).all()
    assert pairs(result, GRAY).all()
    said = "fer color, fer gray, web color, web gray are mixed apart"
    assert f"{kind().kind}: {said}" in result.remarks


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize(
    ("keys", "by_source", "by_color"),
    [
        ({"allow_across_sources": True}, False, True),
        ({"allow_gray_with_color": True}, True, False),
        ({"allow_across_sources": True, "allow_gray_with_color": True}, False, False),
    ],
)
def test_keys_permit_each(
    kind: type[MixingStep], keys: dict[str, Any], by_source: bool, by_color: bool
) -> None:
    result = resampled(kind(**keys), SOURCES, colored=True)
    assert pairs(result, SOURCES).all() == by_source
    assert pairs(result, GRAY).all() == by_color


def test_gray_pictures_of_one_source_are_mixed_as_ever() -> None:
    one = np.repeat(["fer"], 80)
    plain, free = (
        resampled(step, one, colored=False)
        for step in (Smote(), Smote(allow_across_sources=True, allow_gray_with_color=True))
    )
    assert plain.remarks == free.remarks == ()
    first, second = (result.plan.mixtures[0] for result in (plain, free))
    np.testing.assert_array_equal(first.mix, second.mix)
    np.testing.assert_array_equal(first.second.rows, second.second.rows)
