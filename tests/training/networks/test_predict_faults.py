"""predict.py: what is missing or contradictory is one line."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Predict = Callable[..., tuple[int, str, str]]
Picture = NDArray[np.uint8]


def gray(size: int) -> Picture:
    return np.full((size, size), 90, dtype=np.uint8)


def save(path: Path, picture: Picture) -> None:
    assert cv2.imwrite(str(path), picture)


def test_without_anything_to_judge_nothing_is_written(tmp_path: Path, predict: Predict) -> None:
    (tmp_path / "bare").mkdir()
    code, _, err = predict("bare")
    assert (code, err) == (1, "error: bare: no pictures or videos in this folder\n")
    assert not (tmp_path / "predictions").exists()


def test_opencv_without_cascades_is_one_line_and_only_where_they_are_needed(
    tmp_path: Path, predict: Predict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(cv2, "data")
    save(tmp_path / "small.png", gray(64))
    save(tmp_path / "large.png", gray(420))
    assert predict("small.png", "--output", "a")[0] == 0
    for given in (("large.png",), ("small.png", "--faces", "haar")):
        code, _, err = predict(*given, "--output", "b", "--overwrite")
        assert code == 1
        assert "comes without Haar cascades: pass --yunet FILE" in err
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("--faces", "yunet"), "--faces yunet needs YuNet's ONNX file"),
        (("--yunet", "nowhere.onnx"), "nowhere.onnx: no such file"),
        (("--yunet", "foreign.onnx"), "foreign.onnx: OpenCV"),
    ],
)
def test_yunet_that_cannot_be_had_is_one_line(
    given: tuple[str, ...], expected: str, tmp_path: Path, predict: Predict
) -> None:
    (tmp_path / "foreign.onnx").write_bytes(b"no network at all")
    save(tmp_path / "x.png", gray(64))
    code, _, err = predict("x.png", *given)
    assert code == 1
    assert expected in err
    assert err.count("\n") == 1


def test_options_that_contradict_each_other_are_refused(
    tmp_path: Path, predict: Predict, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in (("--faces", "whole", "--yunet", "y.onnx"), ("--every", "0"), ("--margin", "-1")):
        with pytest.raises(SystemExit, match="2"):
            predict("x.png", *given)
        assert "error: " in capsys.readouterr().err


def test_without_opencv_it_says_how_to_get_it(trained: Path) -> None:
    code = (
        "import runpy, sys; sys.modules['cv2'] = None; sys.modules['fercurate'] = None; "
        "sys.path.insert(0, '.'); sys.argv = ['predict.py', 'a', 'b']; "
        "runpy.run_path('predict.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=trained, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "pip install 'opencv-python-headless<5'" in done.stderr
    assert done.stderr.count("\n") == 1
