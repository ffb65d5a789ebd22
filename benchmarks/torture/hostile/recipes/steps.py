"""Recipes whose steps take extreme numbers, and recipes that ask for too many rows."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.torture.hostile.case import Case, Done, Expected, Make, Refused
from benchmarks.torture.hostile.made import RECIPE, STORE, STORED, TEXT, put

_KIND = "recipe steps"
_COMMAND = ("build", "--recipe", RECIPE, "--store", STORE, "--dry-run")
_LINE = Refused(r"line \d+: balance\[0\]\.copies\[0\]")
_BALANCE = TEXT.partition("balance:")[0]

Parameters = Mapping[str, Any]
EXTREME: Mapping[str, tuple[Parameters, ...]] = {
    "ZoomBlur": ({"max_factor": 1000}, {"max_factor": [1.1, 1e9]}, {"step_factor": [1e-9, 1e-9]}),
    "GlassBlur": (
        {"max_delta": 1000, "iterations": 1000},
        {"iterations": 10**6},
        {"max_delta": 10**9},
        {"sigma": 1e9},
    ),
    "ThinPlateSpline": ({"num_control_points": 2000}, {"scale_range": [1e9, 1e9]}),
    "Defocus": ({"radius": [10**6, 10**6]},),
    "CLAHE": ({"tile_grid_size": [4096, 4096]}, {"tile_grid_size": [0, 0]}, {"clip_limit": -5}),
    "Blur": ({"blur_limit": [100_001, 100_001]}, {"blur_limit": [-3, -1]}),
    "MedianBlur": ({"blur_limit": [9_999, 9_999]}, {"blur_limit": [4, 4]}),
    "MotionBlur": ({"blur_limit": [100_001, 100_001]},),
    "GaussianBlur": ({"sigma_limit": [1e9, 1e9]}, {"blur_limit": [10**7 + 1, 10**7 + 1]}),
    "AdvancedBlur": ({"blur_limit": [100_001, 100_001]},),
    "ElasticTransform": ({"sigma": 1e9, "alpha": 1}, {"alpha": 1e300, "sigma": -1}),
    "GridDistortion": ({"num_steps": 10**9}, {"num_steps": 0}),
    "GridElasticDeform": ({"num_grid_xy": [10**6, 10**6], "magnitude": 1},),
    "OpticalDistortion": ({"distort_limit": [1e308, 1e308]}, {"mode": "no_such"}),
    "PiecewiseAffine": ({"nb_rows": [5000, 5000], "nb_cols": [5000, 5000]}, {"scale": [-1, -1]}),
    "Superpixels": ({"n_segments": [10**9, 10**9], "max_size": None}, {"p_replace": [2, 2]}),
    "CoarseDropout": ({"num_holes_range": [10**9, 10**9]}, {"fill": "no_such"}),
    "GridDropout": ({"ratio": 9}, {"unit_size_range": [0, 0]}),
    "Affine": ({"scale": "x"}, {"shear": [1e308, 1e308]}, {"rotate": "x"}),
    "Perspective": ({"scale": [-1e9, -1e9]}, {"fit_output": 7}),
    "Rotate": ({"limit": "x"}, {"crop_border": 7}),
    "Pad": ({"padding": 10**6}, {"padding": -5}),
    "PadIfNeeded": ({"min_height": 10**6, "min_width": 10**6},),
    "RandomScale": ({"scale_limit": [1000, 1000]},),
    "Resize": ({"height": 10**6, "width": 10**6}, {"height": 0, "width": 0}),
    "LongestMaxSize": ({"max_size": 10**6},),
    "Downscale": ({"scale_range": [1e-9, 1e-9]}, {"scale_range": [5, 9]}),
    "ImageCompression": ({"quality_range": [0, 1000]}, {"compression_type": "no_such"}),
    "GaussNoise": ({"std_range": [5, 9]}, {"mean_range": [-9, 9]}, {"noise_scale_factor": -1}),
    "ISONoise": ({"intensity": [1e300, 1e300]},),
    "MultiplicativeNoise": ({"multiplier": [-1e300, "x"]},),
    "AdditiveNoise": ({"noise_type": "no_such"}, {"spatial_mode": 7}),
    "RingingOvershoot": ({"blur_limit": [100_001, 100_001]}, {"cutoff": [-1, 9]}),
    "UnsharpMask": ({"blur_limit": [100_001, 100_001]}, {"sigma_limit": [-5, -5]}),
    "RandomGridShuffle": ({"grid": [10**6, 10**6]}, {"grid": [0, 0]}),
    "Posterize": ({"num_bits": 1000}, {"num_bits": -1}),
    "RandomGamma": ({"gamma_limit": [-5, -5]},),
    "RandomRain": ({"drop_length": 10**9},),
    "RandomSnow": ({"snow_point_range": [5, 9]},),
    "Spatter": ({"mode": "no_such"}, {"mean": [5, 9]}),
    "PlasmaBrightnessContrast": ({"plasma_size": 10**6}, {"roughness": -1}),
    "PlasmaShadow": ({"roughness": -1},),
    "Morphological": ({"scale": [10**5, 10**5]}, {"scale": [-1, -1]}),
    "WaterRefraction": ({"scale": 1},),
    "Lambda": ({},),
    "Compose": ({"transforms": []},),
    "OneOf": ({"transforms": [{"transform": "Blur"}]},),
    "FDA": ({"reference_images": ["/etc/passwd"]},),
    "HistogramMatching": ({"reference_images": ["http://localhost/x.png"]},),
    "TextImage": ({"font_path": "/etc/passwd"},),
    "OverlayElements": ({"metadata_key": "x"},),
    "ToTensorV2": ({},),
    "Normalize": ({},),
    "ToFloat": ({},),
    "BasicTransform": ({},),
    "__class__": ({},),
    "os.system": ({"command": "true"},),
    "HorizontalFlip": (
        {"p": 2},
        {"p": -1},
        {"p": "x"},
        {"no_such": 1},
        {"__class__": 1},
        {"self": 1},
        {"always_apply": True},
        {"p": [[[[[[1]]]]]]},
    ),
    "": ({},),
    "x" * 5000: ({},),
}
"""Parameters that no transform can have, or that take far too long or far too much."""


_EVERYWHERE = ("GlassBlur", "Defocus", "Blur", "HorizontalFlip", "Lambda")
"""These are tried online and in a sequence, too."""


def _text(step: Parameters) -> str:
    return f"{_BALANCE}balance:\n  - kind: offline\n    copies: [{json.dumps(step)}]\n"


def _written(text: str) -> Make:
    def make(folder: Path) -> None:
        put(folder, *STORED)
        (folder / RECIPE).write_text(text)

    return make


def _step_cases() -> Iterator[Case]:
    for name, several in EXTREME.items():
        for number, parameters in enumerate(several):
            step = {"kind": "albumentations", "transform": name, **parameters}
            title = f"{name[:30]} {json.dumps(parameters)[:60]} ({number})"
            yield Case(_KIND, title, _written(_text(step)), _COMMAND, _LINE)
            if number == 0 and name in _EVERYWHERE:
                inner = {"kind": "sequence", "steps": [step]}
                yield Case(_KIND, f"in a row: {title}", _written(_text(inner)), _COMMAND, _LINE)
                text = f"{_BALANCE}online: [{json.dumps(step)}]\n"
                refused = Refused(r"line \d+: online")
                yield Case(_KIND, f"online: {title}", _written(text), _COMMAND, refused)


NORMALIZERS: tuple[str, ...] = (
    "{kind: resize, size: 0}",
    "{kind: resize, size: 1000000}",
    "{kind: clahe, tiles: 4096}",
    "{kind: clahe, tiles: 0}",
    "{kind: clahe, clip_limit: 1.0e+300}",
    "{kind: dct, discard: 1000000000}",
    "{kind: dct, discard: -1}",
    "{kind: difference_of_gaussians, inner: 1.0e+9, outer: 2.0e+9}",
    "{kind: difference_of_gaussians, inner: 2, outer: 1}",
    "{kind: difference_of_gaussians, inner: 0}",
    "{kind: homomorphic, cutoff: 0}",
    "{kind: homomorphic, high: 1.0e+308}",
    "{kind: isotropic_diffusion, smoothness: 1.0e+308}",
    "{kind: isotropic_diffusion, smoothness: -1}",
    "{kind: gamma, exponent: 0}",
    "{kind: gamma, exponent: 1.0e+300}",
    "{kind: equalize_linear, weight: 5}",
    "{kind: crop, margin: 1.0e+9}",
    "{kind: crop, margin: -1}",
    "{kind: align, size: 48, eye_distance: 0}",
    "{kind: align, size: 48, eye_distance: 9}",
    "{kind: align, size: 48, eye_height: -3}",
    "{kind: align, size: 0}",
    "{kind: frontalize, size: 1000000}",
)
"""Steps of ``normalize`` with numbers that none can have."""

COPIES: tuple[str, ...] = (
    "{kind: rotate, degrees: 1.0e+308}",
    "{kind: zoom, factor: 0}",
    "{kind: zoom, factor: -1}",
    "{kind: zoom, factor: 1.0e+308}",
    "{kind: zoom, factor: 1.0e-308}",
    "{kind: named, set: no_such}",
    "{kind: sequence, steps: []}",
    "{kind: flip, times: 3}",
)
"""Copies with numbers that none can have."""

_MANY = "".join(
    f"      - {{kind: albumentations, transform: Rotate, limit: [{n}, {n}]}}\n"
    for n in range(1, 65)
)
_TIMES = f"balance:\n  - kind: offline\n    times: 1000\n    copies:\n{_MANY}"
_LARGE = "allow_large: true\n"
_STRATEGY = "strategy: {happy: 2000000, sad: 2000000, angry: 900000}"
_OVER = f"balance:\n  - {{kind: random_over, {_STRATEGY}}}\n"
_OFFLINE = f"balance:\n  - {{kind: offline, copies: [{{kind: flip}}], {_STRATEGY}}}\n"
_SMOTE = f"balance:\n  - {{kind: smote, {_STRATEGY}}}\n"
_ROWS = Refused("rows in one split; at most 4,000,000, unless the recipe says allow_large")
_WIDE = "size: 1024"
ROWS: Mapping[str, tuple[str, Expected]] = {
    "copies 64,000 times": (_BALANCE + _TIMES, _ROWS),
    "copies 64,000 times, meant": (_BALANCE + _TIMES + _LARGE, Done("planned")),
    "targets of 4.9 million": (_BALANCE + _OVER, _ROWS),
    "targets of 4.9 million, meant": (_BALANCE + _OVER + _LARGE, Done("planned")),
    "mixtures of 4.9 million": (_BALANCE + _SMOTE, _ROWS),
    "exact copies of 4.9 million": (_BALANCE + _OFFLINE, Refused()),
    "a target of 2,000,001": (
        _BALANCE + "balance:\n  - {kind: random_over, strategy: {happy: 2000001}}\n",
        Refused(r"line \d+: .*strategy.*2,000,000"),
    ),
    "a target of 10^30": (
        _BALANCE + f"balance:\n  - {{kind: random_over, strategy: {{happy: {10**30}}}}}\n",
        Refused(r"line \d+: .*strategy"),
    ),
    "pictures of over 64 GB": (
        (_BALANCE + _OVER).replace("2000000", "1000000").replace("size: 48", _WIDE),
        Refused("GB.*allow_large"),
    ),
    "1,001 times": (_BALANCE + _TIMES.replace("1000", "1001"), Refused(r"line \d+: .*times")),
    "65 copies": (
        _BALANCE + _TIMES.replace("1000", "1") + "      - {kind: flip}\n",
        Refused(r"line \d+: .*copies"),
    ),
    "a fold more than persons": (
        _BALANCE.replace("kind: native, train: [Training], val: [PublicTest], ", "").replace(
            "test: [PrivateTest, Test]", "kind: subject_kfold, folds: 100"
        ),
        Refused("subject|person|fold"),
    ),
    "shares that sum to more": (
        _BALANCE.replace(
            "kind: native, train: [Training], val: [PublicTest], test: [PrivateTest, Test]",
            "kind: grouped_stratified, train: 0.9, val: 0.9",
        ),
        Refused(r"line \d+: .*splits"),
    ),
    "no such split": (_BALANCE.replace("[Training]", "[Nowhere]"), Refused(r"splits\.train")),
}
"""Recipes of more rows than anybody has."""


def cases() -> Iterator[Case]:
    """Every step and every count."""
    yield from _step_cases()
    for step in NORMALIZERS:
        text = f"{_BALANCE.partition('normalize:')[0]}normalize:\n  - {step}\n"
        yield Case(_KIND, step, _written(text), _COMMAND, Refused(r"line \d+: normalize\[0\]"))
    for step in COPIES:
        text = f"{_BALANCE}balance:\n  - kind: offline\n    copies:\n    - {step}\n"
        yield Case(_KIND, step, _written(text), _COMMAND, _LINE)
    for name, (text, expected) in ROWS.items():
        yield Case(_KIND, name, _written(text), _COMMAND, expected)
