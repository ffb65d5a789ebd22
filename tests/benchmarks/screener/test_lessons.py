"""What a network of a fold learns from: nothing of its fold, and a target for everything else."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.torch
pytest.importorskip("torch", reason="the screener's training needs PyTorch")
pytest.importorskip("onnx", reason="the screener's training needs ONNX")


@pytest.fixture
def material() -> Any:
    """300 rows, copies in pairs, a third of them labeled, 40 of a test usage."""
    from benchmarks.screener.material import Material

    rng = np.random.default_rng(0)
    count = 300
    labels = np.full((count, 4), np.nan, dtype=np.float32)
    labels[:100] = rng.integers(0, 2, (100, 4))
    labels[:10, 2] = np.nan  # two readings disagreed
    votes = np.zeros((count, 10), dtype=np.uint8)
    votes[:, 0] = 10
    votes[90:110, 0], votes[90:110, 9] = 4, 6
    return Material(
        images=rng.integers(0, 256, (count, 48, 48), dtype=np.uint8),
        train=np.arange(count) < 260,
        emotions=rng.integers(0, 7, count),
        votes=votes,
        labels=labels,
        random=np.arange(count) < 60,
        groups=np.arange(count) // 2,
        faces=np.zeros((count, 11), dtype=np.float32),
    )


def test_a_fold_learns_nothing_of_itself(material: Any) -> None:
    from benchmarks.screener.lessons import FOLDS, fold_of, labeled

    folds = fold_of(material)
    assert (folds[~material.train] == -1).all()
    assert all(len(set(folds[pair : pair + 2])) == 1 for pair in range(0, 260, 2))
    for fold in range(FOLDS):
        lesson = labeled(material, folds != fold, 1)
        assert not np.isin(folds[lesson.rows], [fold, -1]).any()
        known = material.train & (folds != fold) & (np.arange(300) < 110)
        assert set(lesson.rows) == set(np.flatnonzero(known))
        assert ((lesson.targets >= 0) & (lesson.targets <= 1)).all()
        told = np.isfinite(material.labels[lesson.rows])
        assert (lesson.counts[told] == 1).all()
        assert (lesson.counts[:, 1:][~told[:, 1:]] == 0).all(), "what nobody labeled counts nothing"


def test_pretraining_sees_no_picture_that_is_measured_nor_a_copy(material: Any) -> None:
    from benchmarks.screener.lessons import pretraining

    rows = pretraining(material, 1).rows
    measured = material.random | (material.non_face_votes > 0)
    assert not np.isin(material.groups[rows], material.groups[measured]).any()
    assert len(rows) == 260 - 60 - 20


def test_a_folder_of_other_stages_is_refused(material: Any, tmp_path: Path) -> None:
    from benchmarks.screener.lessons import Effort
    from benchmarks.screener.school import School, check_stages

    quick, whole = (School(material, tmp_path, one) for one in (Effort(1, 1, 1, 1), Effort()))
    check_stages(whole)
    check_stages(whole)
    assert json.loads((tmp_path / "stages.json").read_text())["effort"]["labels"] > 1
    with pytest.raises(SystemExit, match="give another --work"):
        check_stages(quick)
    (tmp_path / "stages.json").unlink()
    (tmp_path / "start.pt").write_bytes(b"")
    with pytest.raises(SystemExit, match="give another --work"):
        check_stages(whole)


def test_another_network_is_refused_and_readings_agree_as_far_as_the_labels_say(
    tmp_path: Path,
) -> None:
    from benchmarks.screener.limits import check_photographs, readings_agree

    (tmp_path / "other.onnx").write_bytes(b"another network")
    with pytest.raises(SystemExit, match="take open-nsfw"):
        check_photographs(tmp_path / "other.onnx")
    assert 0.85 < readings_agree("occluded") < readings_agree("watermark") < 1
