"""The SMOTE family: what imbalanced-learn makes, with parents and steps, and no overflow."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from threadpoolctl import threadpool_limits

from fercurate.balance import neighbors
from fercurate.balance.blend import blend
from fercurate.balance.neighbors import Space
from fercurate.balance.smote_settings import SmoteSettings
from fercurate.balance.synthesis import Synthesis, synthesize

GOAL = {0: 90, 1: 90, 2: 90, 3: 90}
SIZES = (90, 20, 40, 8)


def cloud(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Four overlapping classes of float32 points (158, 20), shuffled."""
    rng = np.random.default_rng(seed)
    points = [rng.normal(0.4 * label, 1, (n, 20)) for label, n in enumerate(SIZES)]
    order = rng.permutation(sum(SIZES))
    labels = np.repeat(np.arange(4), SIZES)[order]
    return np.concatenate(points).astype(np.float32)[order], labels


def all_rows(
    points: np.ndarray, labels: np.ndarray, made: Synthesis
) -> tuple[np.ndarray, np.ndarray]:
    mixed = blend(points[made.first], points[made.second], made.mix)
    rows = np.concatenate([points[made.kept], mixed])
    return rows, np.concatenate([labels[made.kept], made.labels])


@pytest.mark.parametrize(
    ("sampler", "chosen"),
    [
        (SMOTE(random_state=5), SmoteSettings(seed=5)),
        (SMOTE(random_state=5, k_neighbors=2), SmoteSettings(k_neighbors=2, seed=5)),
        (BorderlineSMOTE(random_state=5), SmoteSettings("borderline-1", seed=5)),
        (ADASYN(random_state=5), SmoteSettings("adasyn", seed=5)),
        (SMOTETomek(random_state=5), SmoteSettings(cleaning="tomek", seed=5)),
    ],
    ids=["smote", "smote k=2", "borderline-1", "adasyn", "smote_tomek"],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_rows_equal_those_of_imbalanced_learn(
    sampler: Any, chosen: SmoteSettings, seed: int
) -> None:
    points, labels = cloud(seed)
    expected, classes = sampler.fit_resample(points, labels)
    rows, found = all_rows(points, labels, synthesize(points, labels, GOAL, chosen))
    assert len(rows) > len(points) or chosen.cleaning != "none"
    np.testing.assert_array_equal(rows, expected)
    np.testing.assert_array_equal(found, classes)


def test_borderline_2_equals_imbalanced_learn_to_the_last_bits() -> None:
    points, labels = cloud()
    expected, classes = BorderlineSMOTE(random_state=5, kind="borderline-2").fit_resample(
        points, labels
    )
    made = synthesize(points, labels, GOAL, SmoteSettings("borderline-2", seed=5))
    rows, found = all_rows(points, labels, made)
    np.testing.assert_allclose(rows, expected, atol=2e-6)  # it rounds a product to float32
    np.testing.assert_array_equal(found, classes)
    assert (labels[made.second] != made.labels).any()


def test_editing_removes_what_imbalanced_learn_removes() -> None:
    points, labels = cloud()
    expected, _ = SMOTEENN(random_state=5).fit_resample(points, labels)
    made = synthesize(points, labels, GOAL, SmoteSettings(cleaning="enn", seed=5))
    rows, _ = all_rows(points, labels, made)
    np.testing.assert_array_equal(rows[np.lexsort(rows.T)], expected[np.lexsort(expected.T)])
    assert not made.kept.all()
    assert len(made.first) < sum(90 - n for n in SIZES)


def random_pictures(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A few classes of small uint8 pictures, shuffled; mixtures of them are no whole numbers."""
    rng = np.random.default_rng(seed)
    side, classes = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    sizes = rng.integers(8, 40, classes)
    sizes[0] = 45
    parts = [rng.integers(0, 120, (n, side, side)) + rng.integers(0, 60) for n in sizes]
    order = rng.permutation(sum(sizes))
    pictures = np.concatenate(parts).astype(np.uint8)[order]
    return pictures, np.repeat(np.arange(classes), sizes)[order]


@pytest.mark.parametrize("cleaning", ["enn", "tomek"])
def test_pictures_are_cleaned_as_imbalanced_learn_cleans_them_unrounded(cleaning: Any) -> None:
    """Mixed pictures are rounded in the export, not where it is told who lies among whom."""
    sampler = {"enn": SMOTEENN, "tomek": SMOTETomek}[cleaning]
    for seed in range(60):
        pictures, labels = random_pictures(seed)
        points = pictures.reshape(len(pictures), -1).astype(np.float32)
        expected, classes = sampler(random_state=seed).fit_resample(points, labels)
        goal = dict.fromkeys(range(int(labels.max()) + 1), 45)
        made = synthesize(pictures, labels, goal, SmoteSettings(cleaning=cleaning, seed=seed))
        rows, found = all_rows(points, labels, made)
        ours = np.column_stack([rows, found])
        theirs = np.column_stack([expected, classes])
        np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_the_documented_formula_gives_every_row_byte_for_byte() -> None:
    """The block of docs/balance.md, run; without its cast some rows differ by a gray value."""
    page = (Path(__file__).parents[2] / "docs" / "balance.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?again = .*?)```", page, re.DOTALL)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, 200_000), dtype=np.uint8)
    images[:, 0] = 179, 136
    steps = rng.random(200_000)
    steps[0] = 0.8953486638415221  # exactly 140.5000075: 140 in the export
    names: dict[str, Any] = {"np": np, "parent_a": images[0], "parent_b": images[1], "mix": steps}
    exec(block, names)
    expected = blend(images[0][:, None], images[1][:, None], steps)[:, 0]
    np.testing.assert_array_equal(names["again"], expected)
    assert names["again"][0] == 140
    plain = np.rint(images[0] + steps * (images[1].astype(float) - images[0]))
    assert (plain != expected).any()


PICTURES = st.tuples(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(10, 16))


@settings(deadline=None, max_examples=30)
@given(drawn=PICTURES, method=st.sampled_from(["smote", "borderline-1", "borderline-2"]))
def test_no_synthetic_pixel_leaves_the_range_of_its_parents(
    drawn: tuple[int, int, int], method: Any
) -> None:
    seed, few, many = drawn
    rng = np.random.default_rng(seed)
    pictures = rng.choice(np.array([0, 1, 7, 128, 254, 255], np.uint8), (few + many, 5, 5))
    labels = np.repeat([0, 1], [few, many])
    made = synthesize(pictures, labels, {0: 40, 1: 40}, SmoteSettings(method, seed=seed))
    first, second = pictures[made.first], pictures[made.second]
    mixed = blend(first, second, made.mix)
    assert mixed.dtype == np.uint8
    assert (mixed >= np.minimum(first, second)).all()
    assert (mixed <= np.maximum(first, second)).all()
    assert ((made.mix >= 0) & (made.mix < 1)).all()


def test_uint8_is_not_what_plain_smote_wraps_around() -> None:
    pictures = np.repeat(np.array([[0], [250], [5], [255], [3], [252]], np.uint8), 4, axis=1)
    labels = np.array([0, 0, 0, 0, 1, 1])
    made = synthesize(pictures, labels, {1: 4}, SmoteSettings(seed=0))
    mixed = blend(pictures[made.first], pictures[made.second], made.mix)
    exact = np.rint(
        pictures[made.first].astype(float)
        + made.mix[:, None] * (pictures[made.second].astype(float) - pictures[made.first])
    )
    np.testing.assert_array_equal(mixed, exact)


@pytest.mark.parametrize(
    ("sizes", "method", "says"),
    [
        ((20, 1), "smote", "has a single sample: its synthetic ones are copies of it"),
        ((20, 3), "smote", "has 3 samples: 2 neighbors are used, not 5"),
        ((20, 3), "adasyn", "has 3 samples: 2 neighbors are used, not 5"),
        ((20, 6), "smote", ""),
    ],
)
def test_tiny_classes_are_raised_with_fewer_neighbors(
    sizes: tuple[int, int], method: Any, says: str
) -> None:
    points = np.random.default_rng(0).normal(0, 1, (sum(sizes), 4)).astype(np.float32)
    labels = np.repeat([0, 1], sizes)
    made = synthesize(points, labels, {1: 20}, SmoteSettings(method, seed=1))
    assert (labels[made.first] == 1).all()
    assert (labels[made.second] == 1).all()
    assert 18 <= sizes[1] + len(made.mix) <= 22
    assert [text for _, text in made.remarks] == ([says] if says else [])
    if sizes[1] == 1:
        np.testing.assert_array_equal(made.first, made.second)


def test_adasyn_says_when_a_class_has_no_border() -> None:
    points = np.concatenate([np.zeros((20, 2)), np.full((8, 2), 99.0)]).astype(np.float32)
    points += np.random.default_rng(0).normal(0, 0.1, points.shape).astype(np.float32)
    labels = np.repeat([0, 1], [20, 8])
    with pytest.raises(ValueError, match="ADASYN is not suited"):
        synthesize(points, labels, {1: 20}, SmoteSettings("adasyn"))


def test_adasyn_says_that_its_shares_are_rounded() -> None:
    """Plain imbalanced-learn refuses the same, but does not say why."""
    points, labels = cloud()
    with pytest.raises(ValueError, match="No samples will be generated"):
        ADASYN(random_state=5, sampling_strategy={2: 42}).fit_resample(points, labels)
    with pytest.raises(ValueError, match="rounds each share to a whole number") as caught:
        synthesize(points, labels, {2: 42}, SmoteSettings("adasyn", seed=5))
    assert ".." not in str(caught.value)


def test_nothing_to_raise_gives_nothing() -> None:
    points, labels = cloud()
    made = synthesize(points, labels, {0: 90, 1: 20}, SmoteSettings())
    assert len(made.mix) == len(made.labels) == 0
    assert made.kept.all()


def test_neighbors_by_all_principal_components_are_those_by_pixels() -> None:
    points, labels = cloud()
    by_pixels = synthesize(points, labels, GOAL, SmoteSettings(seed=2))
    by_components = synthesize(points, labels, GOAL, SmoteSettings(seed=2, pca=20))
    few = synthesize(points, labels, GOAL, SmoteSettings(seed=2, pca=2))
    np.testing.assert_array_equal(by_pixels.second, by_components.second)
    assert (by_pixels.second != few.second).mean() > 0.3


def test_the_number_of_threads_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    pictures = rng.integers(0, 3, (1300, 6), dtype=np.uint8)  # many equal distances
    labels = np.repeat([0, 1], [700, 600])
    workers = []

    def counted(count: int, **options: Any) -> Any:
        workers.append(count)
        return ThreadPoolExecutor(count, **options)

    monkeypatch.setattr(neighbors, "ThreadPoolExecutor", counted)
    found = [synthesize(pictures, labels, {1: 700}, SmoteSettings(seed=4), jobs) for jobs in (1, 3)]
    assert workers == [1, 2]  # 600 pictures are two blocks
    np.testing.assert_array_equal(found[0].first, found[1].first)
    np.testing.assert_array_equal(found[0].second, found[1].second)


def test_the_number_of_blas_threads_changes_no_component() -> None:
    rng = np.random.default_rng(5)
    pictures = rng.integers(0, 256, (900, 24, 24), dtype=np.uint8)
    vectors = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            vectors.append(Space(pictures, 8, seed=0).vectors(np.arange(900)))
    np.testing.assert_array_equal(vectors[0], vectors[1])
