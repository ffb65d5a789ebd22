"""Wrong arguments raise one error of the tree that says where, what, and what was expected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fercurate
from fercurate.api import arguments

RECIPE = "fer2013_seven"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: fercurate.ingest(3, store=s), "paths: 3 is no path; expected text or a pathlib"),
        (lambda s: fercurate.ingest([], store=s), "paths: there is no path"),
        (lambda s: fercurate.ingest([s, None], store=s), "paths: None is no path"),
        (lambda s: fercurate.ingest(b"a", store=s), "paths: b'a' is no path"),
        (lambda s: fercurate.ingest("a", store=""), "store: the path is empty"),
        (lambda s: fercurate.add_attributes(s, "a\0.csv"), "x00.csv' has a NUL byte"),
        (lambda s: fercurate.ingest("a", store=s, source="fer"), "source: 'fer'; expected one of"),
        (lambda s: fercurate.ingest("a", store=s, name="A b"), "name: 'A b'; expected lower-case"),
        (
            lambda s: fercurate.ingest("a", store=s, peak=0),
            "peak: 0; expected a whole number, 1 to",
        ),
        (lambda s: fercurate.ingest("a", store=s, peak=2.0), "peak: 2.0; expected a whole number"),
        (lambda s: fercurate.ingest("a", store=s, seed=-1), "seed: -1; expected .* 0 or more"),
        (lambda s: fercurate.ingest("a", store=s, image_size=7), "image_size: 7; expected"),
        (lambda s: fercurate.ingest("a", store=s, neutral="last"), "neutral: 'last'; expected one"),
        (lambda s: fercurate.ingest("a", store=s, label_map="x"), "unknown label map 'x'"),
        (lambda s: fercurate.ingest("a", store=s, label_map=3), "label_map: 3; expected text or"),
        (
            lambda s: fercurate.ingest("a", store=s, jobs=True),
            "jobs: True; expected a whole number",
        ),
        (lambda s: fercurate.ingest("a", store=s, progress=1), "progress: 1; expected True, None"),
        (lambda s: fercurate.filter_store(s, preset="mild"), "preset: 'mild'; expected one of len"),
        (lambda s: fercurate.filter_store(s, thresholds={"dark": 0.5}), "no criterion is named"),
        (
            lambda s: fercurate.filter_store(s, thresholds={"occluded": 2}),
            "occluded: 2; expected 0",
        ),
        (
            lambda s: fercurate.filter_store(s, thresholds={"hard": 0.5}, ease=False),
            "hard is not scored",
        ),
        (lambda s: fercurate.filter_store(s, face_model="no.onnx"), "face_model no.onnx: no such"),
        (lambda s: fercurate.audit(s, jobs=300), "jobs: 300; expected a whole number, 0 to 256"),
        (
            lambda s: fercurate.build(RECIPE, store=s, layout="old"),
            "layout: 'old'; expected one of",
        ),
        (lambda s: fercurate.build(RECIPE, store=s, framework="jax"), "framework: 'jax'; expected"),
        (lambda s: fercurate.build(7, store=s), "recipe: 7 is no path"),
        (lambda s: fercurate.preview(RECIPE, store=s, per_class=51), "per_class: 51; expected"),
    ],
)
def test_a_wrong_argument(
    call: Callable[[Path], Any], message: str, shared_store: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    with pytest.raises(fercurate.UsageError, match=message):
        call(shared_store)
    assert list(tmp_path.iterdir()) == []


def test_a_threshold_that_is_no_number_is_refused() -> None:
    with pytest.raises(fercurate.UsageError, match="nan"):
        arguments.some_thresholds({"occluded": float("nan")})
    assert arguments.some_thresholds({"occluded": None, "blurred": 1}) == {
        "occluded": None,
        "blurred": 1,
    }


def test_one_path_or_several_of_any_kind() -> None:
    expected = (Path("a"), Path("b"))
    assert arguments.some_paths("a", "paths") == expected[:1]
    assert arguments.some_paths(Path("a"), "paths") == expected[:1]
    assert arguments.some_paths(["a", Path("b")], "paths") == expected
    assert arguments.some_paths((p for p in ("a", "b")), "paths") == expected
