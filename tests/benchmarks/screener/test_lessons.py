"""What a network of a fold learns from: nothing of its fold, and a target for everything else."""

import json
from pathlib import Path
from types import SimpleNamespace
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


def test_a_fold_learns_nothing_of_itself_and_has_a_target_for_all_else(material: Any) -> None:
    from benchmarks.screener.lessons import FOLDS, fold_of, taught

    folds = fold_of(material)
    assert (folds[~material.train] == -1).all()
    assert all(len(set(folds[pair : pair + 2])) == 1 for pair in range(0, 260, 2))
    asked = material.train & ~np.isfinite(material.labels).all(axis=1)
    said = np.where(asked[:, None], 3.0, np.nan) * np.ones((1, 4))
    for fold in range(FOLDS):
        lesson = taught(material, folds != fold, said, 1)
        assert not np.isin(folds[lesson.rows], [fold, -1]).any()
        assert set(lesson.rows) == set(np.flatnonzero(material.train & (folds != fold)))
        assert np.isfinite(lesson.targets).all()
        assert ((lesson.targets >= 0) & (lesson.targets <= 1)).all()
        told = np.isfinite(material.labels[lesson.rows, 3])
        assert set(lesson.counts[told, 3]) == {1.0}
        assert set(lesson.counts[~told, 3]) == {np.float32(0.7)}
        assert np.allclose(lesson.targets[~told, 3], 1 / (1 + np.exp(-3.0)))


def test_pretraining_sees_no_picture_that_is_measured_nor_a_copy(material: Any) -> None:
    from benchmarks.screener.lessons import pretraining

    rows = pretraining(material, 1).rows
    measured = material.random | (material.non_face_votes > 0)
    assert not np.isin(material.groups[rows], material.groups[measured]).any()
    assert len(rows) == 260 - 60 - 20


def test_a_folder_of_other_stages_is_refused(
    material: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    from benchmarks.screener import school
    from benchmarks.screener.lessons import Effort

    network = tmp_path / "network.onnx"
    network.write_bytes(b"some network")

    def opened(effort: Effort) -> Any:
        return SimpleNamespace(material=material, photographs=network, work=tmp_path, effort=effort)

    with pytest.raises(SystemExit, match="take open-nsfw"):
        school.check_stages(opened(Effort()))
    digest = hashlib.sha256(b"some network").hexdigest()
    monkeypatch.setattr(school, "PHOTOGRAPHS", digest)
    school.check_stages(opened(Effort()))
    school.check_stages(opened(Effort()))
    assert json.loads((tmp_path / "stages.json").read_text())["effort"]["screener"] > 1
    with pytest.raises(SystemExit, match="give another --work"):
        school.check_stages(opened(Effort(1, 1, 1)))
    (tmp_path / "stages.json").unlink()
    (tmp_path / "start.pt").write_bytes(b"")
    with pytest.raises(SystemExit, match="give another --work"):
        school.check_stages(opened(Effort()))
