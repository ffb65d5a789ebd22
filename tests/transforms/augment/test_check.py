"""Steps are checked before a build: every fault in one line, no file or network touched."""

import builtins
import inspect
import io
import os
import socket
import subprocess
import sys
from typing import Any

import albumentations
import cv2
import pytest

from fercurate.transforms.augment import NAMED, REFUSED, check_step, keras_steps
from fercurate.transforms.augment.library import usable
from fercurate.transforms.augment.refused import REFUSED_PARAMETERS
from fercurate.transforms.augment.trial import try_step

FAULTS: list[tuple[str, dict[str, Any], int, str]] = [
    ("Afine", {}, 1, "albumentations has no transform 'Afine' (did you mean 'Affine'?"),
    ("horizontalflip", {}, 1, "no transform 'horizontalflip' (did you mean 'HorizontalFlip'?"),
    ("Qqq", {}, 1, "albumentations has no transform 'Qqq'"),
    ("__class__", {}, 1, "no transform '__class__'"),
    ("BasicTransform", {}, 1, "no transform 'BasicTransform'"),
    ("Affine", {"scales": 1}, 1, "Affine has no parameter 'scales' (did you mean 'scale'?"),
    ("GaussNoise", {"q": 1}, 1, "GaussNoise has no parameter 'q'; it has std_range, mean_range"),
    ("PlasmaShadow", {"plasma_size": 9}, 1, "PlasmaShadow has no parameter 'plasma_size'"),
    ("HorizontalFlip", {"strict": False}, 1, "HorizontalFlip has no parameter 'strict'"),
    ("Affine", {"rotate": "far"}, 1, "Affine: rotate is 'far'; expected a valid tuple, or"),
    ("Affine", {"rotate": [1, 2, 3]}, 1, "Affine: rotate is [1, 2, 3]: Tuple should have at most"),
    ("HorizontalFlip", {"p": 2}, 1, "HorizontalFlip: p is 2; expected less than or equal to 1"),
    ("GaussNoise", {"std_range": [2, 3]}, 1, "std_range is [2, 3]: All values in (2.0, 3.0) must"),
    ("Affine", {"scale": {"z": 1}}, 1, "Affine: scale is {'z': 1}: Expected scale dictionary"),
    ("Affine", {"translate_px": 1, "translate_percent": 0.1}, 1, "Affine: Expected either"),
    ("Affine", {"keep_ratio": True, "scale": {"x": [1, 2], "y": 1.5}}, 1, "Affine: When keep_"),
    ("Posterize", {"num_bits": [[1, 2], [3, 4]]}, 1, "Posterize: float() argument must be"),
    ("Blur", {"blur_limit": [2, 4]}, 1, "Blur: blur_limit: Invalid kernel size range (2, 4)."),
    ("MedianBlur", {"blur_limit": [2, 4]}, 1, "MedianBlur: blur_limit: Invalid kernel size range"),
    ("RandomCrop", {}, 1, "RandomCrop: height is missing; width is missing"),
    ("Crop", {"x_max": 60}, 1, "Crop fails: Values for crop should be non negative and equal or"),
    ("RandomCropFromBorders", {}, 1, "changes the shape of pictures from 48 x 48 to "),
    ("RandomScale", {}, 3, "RandomScale changes the shape of pictures from 48 x 48 x 3 to "),
    ("Affine", {"scale": 1.5, "fit_output": True}, 1, "Affine changes the shape of pictures"),
    ("CropAndPad", {"px": [-1, 0], "keep_size": False}, 1, "CropAndPad changes the shape"),
    ("ToRGB", {}, 1, "ToRGB changes the shape of pictures from 48 x 48 to 48 x 48 x 3"),
    ("ToRGB", {}, 3, "ToRGB warns: The image is already an RGB."),
    ("ToFloat", {}, 1, "ToFloat makes float32 of uint8 pictures"),
    ("Normalize", {}, 3, "Normalize makes float32 of uint8 pictures"),
    ("RandomFog", {}, 1, "RandomFog works on RGB pictures; these are gray"),
    ("HueSaturationValue", {}, 1, "HueSaturationValue works on RGB pictures; these are gray"),
    ("ChannelShuffle", {}, 1, "ChannelShuffle works on RGB pictures; these are gray"),
    ("ToGray", {}, 1, "ToGray works on RGB pictures; these are gray"),
    ("Affine", {}, 1, "Affine changes nothing with these parameters; give it others"),
    ("HorizontalFlip", {"p": 0}, 3, "HorizontalFlip changes nothing with these parameters"),
    ("Equalize", {"mask": [[1]]}, 1, "Equalize: mask takes a mask or a function; leave it out"),
    ("OneOf", {"transforms": []}, 1, "OneOf needs other transforms; expected a transform that"),
    ("TextImage", {"font_path": "a.ttf"}, 1, "TextImage needs a font file"),
    ("FDA", {"reference_images": ["a.png"]}, 1, "FDA needs other pictures"),
    ("Affine", {"scale": float("nan")}, 1, "parameter scale: nan is no plain value"),
]


@pytest.mark.parametrize(
    ("transform", "parameters", "channels", "message"),
    FAULTS,
    ids=[f"{name}-{index}" for index, (name, *_) in enumerate(FAULTS)],
)
def test_a_fault_is_one_clear_line(
    transform: str, parameters: dict[str, Any], channels: int, message: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is looked at below
        check_step(transform, parameters, channels)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 320


@pytest.mark.parametrize(
    ("transform", "parameters", "channels", "size"),
    [
        ("Affine", {"scale": [0.9, 1.1], "border_mode": 1}, 1, 48),
        ("ShiftScaleRotate", {}, 1, 48),
        ("HueSaturationValue", {"hue_shift_limit": 0, "sat_shift_limit": 0}, 1, 48),
        ("RandomFog", {}, 3, 48),
        ("ToGray", {}, 3, 48),
        ("RandomResizedCrop", {"size": [64, 64]}, 3, 64),
        ("NoOp", {}, 1, 48),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else None,
)
def test_what_can_be_done_passes(
    transform: str, parameters: dict[str, Any], channels: int, size: int
) -> None:
    check_step(transform, parameters, channels, size)


def test_size_is_that_of_the_pictures() -> None:
    crop = {"size": [64, 64]}
    check_step("RandomResizedCrop", crop, 1, 64)
    with pytest.raises(ValueError, match="from 48 x 48 to 64 x 64"):
        check_step("RandomResizedCrop", crop, 1, 48)


def needs_more(kind: type[Any]) -> bool:
    """Whether a class of albumentations needs more than a picture, by its own declarations."""
    if issubclass(kind, albumentations.BaseCompose | albumentations.Transform3D):
        return True
    taken = inspect.signature(kind.__init__).parameters.values()
    if any(word in str(one.annotation) for one in taken for word in ("Callable", "Path")):
        return True
    asks = kind.targets_as_params is not albumentations.BasicTransform.targets_as_params
    return asks or any(word in kind.__name__ for word in ("BBox", "Mask", "Constrained", "Tensor"))


def test_all_that_need_more_than_a_picture_are_refused() -> None:
    bases = {"BasicTransform", "BaseCompose", "DualTransform", "ImageOnlyTransform", "Transform3D"}
    kinds = {
        name: kind
        for name, kind in vars(albumentations).items()
        if inspect.isclass(kind)
        and issubclass(kind, albumentations.BasicTransform | albumentations.BaseCompose)
        and name not in bases
    }
    found = {name for name, kind in kinds.items() if needs_more(kind)}
    pictures_alone = {"Equalize", "FrequencyMasking", "TimeMasking", "UnsharpMask", "XYMasking"}
    assert found - pictures_alone == REFUSED.keys() & kinds.keys()
    assert REFUSED.keys() - kinds.keys() <= {"ToTensorV2", "ToTensor3D"}  # with PyTorch only
    assert kinds.keys() == usable().keys() | (REFUSED.keys() & kinds.keys())


def test_parameters_that_no_recipe_can_hold_are_refused() -> None:
    foreign = {
        (name, taken.name)
        for name, kind in usable().items()
        for taken in inspect.signature(kind.__init__).parameters.values()
        if any(word in str(taken.annotation) for word in ("Callable", "Path", "ndarray"))
    }
    assert foreign | {("Equalize", "mask_params")} == REFUSED_PARAMETERS.keys()


def test_no_parameter_opens_a_file_or_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*arguments: object, **_: object) -> None:
        pytest.fail(f"opened {arguments}")

    known = {*usable(), *REFUSED}  # some are only there where PyTorch is
    names = sorted(name for name in known if hasattr(albumentations, name))
    for owner, name in ((builtins, "open"), (io, "open"), (os, "open"), (cv2, "imread"),
                        (cv2, "imwrite"), (socket, "socket")):  # fmt: skip
        monkeypatch.setattr(owner, name, opened)
    refused = 0
    for transform in names:
        taken = inspect.signature(getattr(albumentations, transform)).parameters
        for parameter in taken:
            for value in ("/etc/hostname", ["/etc/hostname"], "http://127.0.0.1/x.png"):
                with pytest.raises(ValueError):  # noqa: PT011  # whatever it says
                    try_step(transform, {parameter: value}, 3, 16)
                refused += 1
    assert refused > 1000


def test_the_import_is_lazy_silent_and_offline() -> None:
    code = (
        "import sys, socket\n"
        "import fercurate.transforms.augment as augment\n"
        "assert 'albumentations' not in sys.modules\n"
        "augment.Augmentation((augment.Step('Affine'),)).label\n"
        "augment.keras_steps(augment.NAMED['ewu_online'])\n"
        "assert 'albumentations' not in sys.modules\n"
        "def refuse(*a, **k): raise SystemExit('asked the network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "augment.check_step('HorizontalFlip', {}, 1)\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NO_ALBUMENTATIONS_UPDATE"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("channels", [1, 3])
def test_the_named_sets_pass(channels: int) -> None:
    for terms in NAMED.values():
        for step in keras_steps(terms):
            check_step(step.transform, step.parameters, channels)
