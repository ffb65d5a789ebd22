"""What is said of pictures that are stretched, enlarged, or have no known face."""

from typing import Any

import numpy as np
import pytest

from fercurate.planning.picture_changes import PictureChanges
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.geometry import Grayscale, Resize


def changes(
    steps: tuple[Any, ...], sizes: list[tuple[int, int]], geometry: FaceGeometry | None = None
) -> PictureChanges:
    sources = np.array([("one", "two")[n % 2] for n in range(len(sizes))], dtype=object)
    classes = np.array(["happy"] * len(sizes), dtype=object)
    return PictureChanges.of(Chain(steps), np.array(sizes, float), geometry, (sources, classes))


def test_squares_need_no_word() -> None:
    made = changes((Grayscale(), Resize(48)), [(48, 48), (96, 96)])
    assert (made.warnings, made.notes) == ((), ())
    assert made.to_json() == {
        "samples": 2,
        "stretched": {"samples": 0, "most": 1.0},
        "padded": 0,
        "cut": 0,
        "enlarged": {"samples": 0, "most": 1.0, "smallest": ""},
    }


@pytest.mark.parametrize(
    ("sizes", "listed", "most"),
    [
        ([(400, 200)] * 4, "4 of 4 pictures are not square (200x400)", "2 times"),
        ([(60, 50), (50, 50)], "1 of 2 pictures are not square (50x60)", "1.2 times"),
        (
            [(100, 60), (100, 60), (100, 70), (100, 80), (100, 90), (64, 100)],
            "6 of 6 pictures are not square (60x100, 100x64, 70x100 and 2 other sizes)",
            "1.67 times",
        ),
    ],
)
def test_a_stretch_that_nobody_asked_for_is_warned_of(
    sizes: list[tuple[int, int]], listed: str, most: str
) -> None:
    (said,) = changes((Resize(48),), sizes).warnings
    assert said.startswith(listed)
    assert most in said
    assert "fit: pad, crop or stretch" in said


@pytest.mark.parametrize(
    ("fit", "says"), [("stretch", "were stretched"), ("pad", "were padded"), ("crop", "were cut")]
)
def test_what_was_asked_for_is_a_note(fit: Any, says: str) -> None:
    made = changes((Resize(48, fit),), [(60, 90)] * 3)
    assert made.warnings == ()
    (note,) = made.notes
    assert note.startswith("3 of 3 pictures are not square (90x60) and")
    assert says in note
    assert "write fit" not in note


@pytest.mark.parametrize(
    ("sizes", "warned", "says"),
    [
        ([(10, 10), (48, 48)], True, "1 of 2 pictures were enlarged, up to 4.8 times"),
        ([(20, 20), (8, 8)], True, "the smallest is 8x8"),
        ([(40, 40), (24, 24)], False, "2 of 2 pictures were enlarged, up to 2 times"),
    ],
)
def test_tiny_pictures_are_warned_of_and_others_counted(
    sizes: list[tuple[int, int]], warned: bool, says: str
) -> None:
    made = changes((Resize(48),), sizes)
    (said,) = made.warnings if warned else made.notes
    assert says in said
    assert len(made.warnings) + len(made.notes) == 1
    assert made.to_json()["enlarged"]["samples"] >= 1


BOXES = np.array([(1, 1, 40, 40), (np.nan,) * 4, (np.nan,) * 4], dtype=np.float32)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (Crop(), "crop: 2 of 3 samples have no face box; their pictures are kept whole"),
        (Crop(by="detector"), "crop: 2 of 3 samples have no face; their pictures are kept whole"),
        (Align(48, by="detector"), "align: 3 of 3 samples have no eyes; their pictures are only"),
        (Align(48), "align: 3 of 3 samples have no landmarks; their pictures are only resized"),
    ],
    ids=["box", "detector", "align", "landmarks"],
)
def test_pictures_without_a_face_are_counted_by_source(step: Any, says: str) -> None:
    made = changes((step, Resize(48)), [(48, 48)] * 3, FaceGeometry(boxes=BOXES))
    assert made.warnings[0].startswith(says)
    missing = made.to_json()["without_face"]
    assert (missing["step"], missing["samples"]) == (step.kind, int(says.split()[1]))
    assert sum(missing["by_source"].values()) == missing["samples"]


def test_a_picture_stretched_for_want_of_eyes_is_not_told_to_write_fit() -> None:
    said = changes((Align(48),), [(48, 96)]).warnings
    assert "stretched" in said[1]
    assert "fit:" not in said[1]
