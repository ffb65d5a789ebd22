"""Augmentation: a picture's result depends on its pixels and seed, for every usable transform."""

import json
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import cv2
import numpy as np
import pytest

from fercurate.transforms.augment import Augmentation, Parameters, Step, check_step
from fercurate.transforms.augment.library import template, usable
from fercurate.transforms.augment.stream import PictureStream, starts

SIZE = 32
NEEDED: dict[str, dict[str, Any]] = {
    "Affine": {"scale": [0.9, 1.1], "rotate": [-10, 10], "shear": 5, "translate_px": [-3, 3]},
    "CropAndPad": {"px": [-4, 4], "sample_independently": True},
    "GridElasticDeform": {"num_grid_xy": [4, 4], "magnitude": 5},
    "RandomResizedCrop": {"size": [SIZE, SIZE]},
    "RandomSizedCrop": {"min_max_height": [16, 24], "size": [SIZE, SIZE]},
    "TimeMasking": {"time_mask_param": 9},
    "XYMasking": {"num_masks_x": [1, 3], "mask_x_length": [2, 9]},
}
SIZED = {
    "CenterCrop", "Crop", "LongestMaxSize", "Pad", "PadIfNeeded", "RandomCrop", "Resize", "ToRGB",
    "SmallestMaxSize", "RandomCropFromBorders", "RandomScale", "FromFloat", "Normalize", "ToFloat",
}  # fmt: skip
"""They change the size or type of pictures, or nothing."""
OTHERWISE: list[tuple[str, dict[str, Any]]] = [
    ("Affine", {"scale": [0.8, 1.2], "keep_ratio": True, "balanced_scale": True}),
    ("AdditiveNoise", {"noise_type": "gaussian", "spatial_mode": "per_pixel",
                       "noise_params": {"mean_range": [0.0, 0.1], "std_range": [0.1, 0.2]}}),
    ("AdditiveNoise", {"noise_type": "beta", "spatial_mode": "shared",
                       "noise_params": {"alpha_range": [1, 2], "beta_range": [1, 2],
                                        "scale_range": [0.1, 0.2]}}),
    ("CoarseDropout", {"fill": "random_uniform", "num_holes_range": [2, 4]}),
    ("GridDropout", {"random_offset": True, "fill": "random"}),
    ("RandomRain", {"rain_type": "heavy"}),
    ("Spatter", {"mode": "mud"}),
    ("HorizontalFlip", {"p": 0.5}),
]  # fmt: skip

CASES = [(name, NEEDED.get(name, {})) for name in usable() if name not in SIZED] + OTHERWISE


def pictures(channels: int, count: int = 4, size: int = SIZE) -> np.ndarray:
    """Smooth and noisy pictures, with one that is black."""
    shape = (count, size, size) if channels == 1 else (count, size, size, 3)
    batch = np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8)
    batch[0] = cv2.GaussianBlur(batch[0], (9, 9), 3)
    batch[-1] = 0
    return batch


def disturbed() -> None:
    """Advance every global generator that a transform might draw from."""
    np.random.seed(random.randrange(1000))  # noqa: NPY002
    cv2.setRNGSeed(random.randrange(1000))


def possible(name: str, parameters: dict[str, Any], channels: int) -> bool:
    try:
        check_step(name, parameters, channels, SIZE)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "parameters"), CASES, ids=[f"{name}-{index}" for index, (name, _) in enumerate(CASES)]
)
def test_a_result_depends_on_pixels_and_seed_alone(name: str, parameters: dict[str, Any]) -> None:
    checked = [channels for channels in (1, 3) if possible(name, parameters, channels)]
    assert 3 in checked
    augmentation = Augmentation((Step(name, parameters),))
    with ThreadPoolExecutor(1) as other:
        for channels in checked:
            batch = pictures(channels)
            before, seeds = batch.copy(), [3, 2**64 - 1, 4, 0]
            result, records = augmentation.augment(batch, seeds)
            np.testing.assert_array_equal(batch, before)
            assert (result.shape, result.dtype) == (batch.shape, np.uint8)
            assert json.loads(json.dumps(records, allow_nan=False)) == records
            for place in (3, 1, 0, 2):
                disturbed()
                one = slice(place, place + 1)
                args = batch[one], np.array(seeds[one], dtype=np.uint64)
                alone, record = other.submit(augmentation.augment, *args).result()
                np.testing.assert_array_equal(alone[0], result[place])
                assert record[0] == records[place]


@pytest.mark.parametrize(
    ("name", "parameters"), CASES, ids=[f"{name}-{index}" for index, (name, _) in enumerate(CASES)]
)
def test_the_library_itself_makes_the_same_pictures(name: str, parameters: dict[str, Any]) -> None:
    batch, seeds = pictures(3, 2), np.array([11, 12], dtype=np.uint64)
    result, _ = Augmentation((Step(name, parameters),)).augment(batch, seeds)
    for picture, start, made in zip(batch, starts(seeds), result, strict=True):
        stream = PictureStream()
        stream.restart(start)
        if name == "Affine":
            transform = usable()[name](**{"p": 1.0, **parameters})
        else:
            transform = deepcopy(template(Step(name, parameters)))
        transform.set_random_state(stream.generator, stream.python)
        if name == "AdditiveNoise":
            cv2.setRNGSeed(stream.python.getrandbits(31))
        np.testing.assert_array_equal(made, transform(image=picture.copy())["image"])


def test_threads_at_the_same_time_do_not_disturb_each_other() -> None:
    steps = [Step("Affine", {"rotate": [-20, 20]}), Step("AdditiveNoise", OTHERWISE[1][1])]
    augmentation = Augmentation((*steps, Step("RandomBrightnessContrast", {"p": 0.5})))
    batch, seeds = pictures(1, 240), np.arange(240, dtype=np.uint64)
    result, records = augmentation.augment(batch, seeds)
    parts = [slice(start, start + 10) for start in range(0, 240, 10)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda part: augmentation.augment(batch[part], seeds[part]), parts))
    np.testing.assert_array_equal(np.concatenate([pictures for pictures, _ in made]), result)
    assert [record for _, told in made for record in told] == records


def test_every_transform_is_tried_or_known_to_change_sizes() -> None:
    assert usable().keys() >= SIZED
    assert len({name for name, _ in CASES}) >= 80


def drawn_so_far() -> Any:
    """The state of NumPy's global generator."""
    return np.random.get_state(legacy=False)["state"]["key"].tolist()  # noqa: NPY002


def test_no_transform_leaves_the_threads_generators_changed() -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = random.getstate(), drawn_so_far()
    steps = tuple(Step(name, parameters) for name, parameters in OTHERWISE)
    Augmentation(steps).augment(pictures(3), [1, 2, 3, 4])
    assert (random.getstate(), drawn_so_far()) == before


def test_seeds_that_differ_by_one_draw_what_seems_unrelated() -> None:
    batch = np.repeat(pictures(1)[:1], 2000, axis=0)
    _, records = Augmentation((Step("Affine", {"rotate": [0, 1]}),)).augment(batch, range(2000))
    angles = np.array([record["transforms"][0]["rotate"] for record in records])
    assert abs(angles.mean() - 0.5) < 0.02
    assert abs(angles.var() - 1 / 12) < 0.005
    assert abs(np.corrcoef(angles[1:], angles[:-1])[0, 1]) < 0.06


def test_streams_start_where_splitmix64_says() -> None:
    begin = starts(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert [hex(word) for word in begin[0]] == [
        "0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4", "0x6c45d188009454f", "0x1",
    ]  # fmt: skip
    assert len(np.unique(starts(np.arange(10_000, dtype=np.uint64))[:, :3])) == 30_000


def test_a_stream_begins_anew_whatever_was_drawn_before() -> None:
    stream, begin = PictureStream(), starts(np.array([5, 6], dtype=np.uint64))

    def draw() -> list[Any]:
        small = stream.generator.integers(0, 100, dtype=np.int32)
        python = stream.python
        return [small, python.gauss(0, 1), python.random(), python.randint(0, 9), python.sample(
            range(50), 3), stream.generator.normal(), python.getrandbits(100)]  # fmt: skip

    stream.restart(begin[0])
    first = draw()
    stream.restart(begin[0])
    assert draw() == first
    stream.restart(begin[1])
    assert draw() != first
    stream.restart(begin[0])
    assert draw() == first
    assert 2**90 < first[-1] < 2**100


def test_the_bytes_of_a_copy_are_fixed() -> None:
    ramp = np.arange(64, dtype=np.uint8).reshape(1, 8, 8) * 4
    flip = Augmentation((Step("HorizontalFlip", {"p": 0.5}),))
    result, records = flip.augment(np.repeat(ramp, 6, axis=0), range(6))
    flipped = [bool(record["transforms"]) for record in records]
    assert flipped == [(picture == ramp[0, :, ::-1]).all() for picture in result]
    assert flipped == [True, True, True, False, True, True]


def test_what_was_drawn_is_recorded_and_enough_to_repeat_it() -> None:
    batch = pictures(1, size=48)
    steps = (Step("Affine", {"rotate": [-30, 30], "translate_px": [-9, 9]}), Step("GaussNoise"))
    _, records = Augmentation(steps).augment(batch, [0, 1, 2, 3])
    affine, noise = records[0]["transforms"]
    assert list(affine) == ["transform", "translate", "shear", "scale", "rotate"]
    assert noise == {"transform": "GaussNoise"}  # 2,304 numbers are left to the seed
    fixed = {"rotate": affine["rotate"], "translate_px": affine["translate"]}
    again, _ = Augmentation((Step("Affine", fixed),)).augment(batch[:1], [99])
    once, _ = Augmentation(steps[:1]).augment(batch[:1], [0])
    np.testing.assert_array_equal(again, once)


def test_steps_follow_each_other_on_one_stream() -> None:
    batch, seeds = pictures(1), [1, 2, 3, 4]
    twice = Augmentation((Step("HorizontalFlip"), Step("HorizontalFlip")))
    np.testing.assert_array_equal(twice.augment(batch, seeds)[0], batch)
    noise = Step("RandomBrightnessContrast")
    _, records = Augmentation((noise, noise)).augment(batch, seeds)
    first, second = records[0]["transforms"]
    assert first["alpha"] != second["alpha"]


def test_empty_batches_and_no_steps_are_fine() -> None:
    empty = np.empty((0, 48, 48), dtype=np.uint8)
    result, records = Augmentation((Step("GaussNoise"),)).augment(empty, [])
    assert (result.shape, records) == ((0, 48, 48), [])
    same, records = Augmentation(()).augment(pictures(1), [1, 2, 3, 4])
    np.testing.assert_array_equal(same, pictures(1))
    assert records == [{"transforms": []}] * 4


@pytest.mark.parametrize(
    ("transform", "shape", "seeds", "message"),
    [
        ("HorizontalFlip", (3, 8, 8), [1, 2], "2 seeds for 3 pictures"),
        ("Transpose", (1, 8, 6), [1], r"makes uint8 of shape \(6, 8\) of a picture of shape"),
        ("Normalize", (1, 8, 8), [1], "Normalize makes float32"),
        ("RandomFog", (1, 8, 8), [1], "RandomFog fails: .*3-channel"),
        ("Afine", (1, 8, 8), [1], "did you mean 'Affine'"),
    ],
    ids=["seeds", "turned", "type", "gray", "unknown"],
)
def test_what_cannot_be_done_is_said(
    transform: str, shape: tuple[int, ...], seeds: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Augmentation((Step(transform),)).augment(np.zeros(shape, dtype=np.uint8), seeds)


@pytest.mark.parametrize(
    ("steps", "label"),
    [
        ([Step("HorizontalFlip")], "HorizontalFlip"),
        ([Step("Affine", {"scale": (0.9, 1.1)})], "Affine(scale=[0.9, 1.1])"),
        ([Step("A", {"b": 1, "a": True}), Step("C")], "A(a=true, b=1) + C"),
        ([Step("A", {"mode": "x", "of": {"y": None}})], "A(mode='x', of={'y': null})"),
        ([Step("A", {"mode": "../ä"})], "A(mode='..__u00e4')-"),
        ([Step("A", {"x": [1.25] * 40})], "A(x=[1.25, 1.25, "),
    ],
    ids=["bare", "list", "sorted", "text", "replaced", "cut"],
)
def test_labels_are_short_plain_and_tell_steps_apart(steps: list[Step], label: str) -> None:
    found = Augmentation(tuple(steps)).label
    assert found.startswith(label)
    assert found == label or found[-9] == "-"
    assert found.isascii()
    assert len(found) <= 120
    assert not set(found) & set('/\\"\n')


def test_cut_labels_differ_if_their_ends_do() -> None:
    labels = {Step("A", {"x": [0] * 90 + [end]}).label for end in range(5)}
    assert len(labels) == 5


def test_steps_are_values() -> None:
    values: dict[str, Any] = {"scale": [0.9, 1.1], "shear": {"x": [0, 1]}}
    step = Step("Affine", values)
    values["scale"].append(2)
    step.parameters["scale"].append(3)
    assert step.parameters["scale"] == [0.9, 1.1]
    assert step == Step("Affine", {"shear": {"x": (0, 1)}, "scale": (0.9, 1.1)})
    assert pickle.loads(pickle.dumps(Augmentation((step,)))) == Augmentation((step,))
    assert len({Step("A", {"x": value}) for value in (1, 1.0, True, "1")}) == 4
    with pytest.raises(AttributeError):
        step.transform = "B"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="never change"):
        step.parameters.text = "{}"  # type: ignore[attr-defined]
    assert repr(Parameters({"a": 1})) == 'Parameters({"a": 1})'
    assert {**step.parameters} == step.parameters.as_dict()  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x", np.zeros(2), object()])
def test_only_plain_values_are_parameters(value: Any) -> None:
    with pytest.raises(ValueError, match=r"parameter scale: .* is no plain value"):
        Step("Affine", {"scale": [value]})
