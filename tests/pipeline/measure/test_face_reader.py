"""Stored pictures as measures and reports see them: a few at a time, small where that will do."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.files import blocks
from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
from fercurate.pipeline.measure.face_reader import FaceReader
from fercurate.report.thumbnails import LONGEST, load_thumbnails
from fercurate.store.store import Store

SIZES = [(640, 480), (1200, 1800), (60, 80), (300, 300)]


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(5)
    (folder / "in" / "sad").mkdir(parents=True)
    for number, size in enumerate(SIZES):
        content = io.BytesIO()
        blob = Image.fromarray(rng.integers(0, 256, (7, 7, 3), dtype=np.uint8))
        blob.resize(size, Image.Resampling.BICUBIC).save(content, "JPEG", quality=90)
        (folder / "in" / "sad" / f"{number}.jpg").write_bytes(content.getvalue())
    ingest(IngestRequest((folder / "in",), folder / "s.h5"))
    return folder / "s.h5"


def test_thumbnails_are_decoded_at_a_fraction_and_look_the_same(photographs: Path) -> None:
    with Store.open(photographs) as store:
        reader, rows = FaceReader(store), np.arange(len(SIZES))
        small = reader.thumbnails(rows, LONGEST)
        whole = reader.read(rows)
    assert [picture.shape for picture in whole] == [size[::-1] for size in SIZES]
    for one, full in zip(small, whole, strict=True):
        assert min(2 * LONGEST, max(full.shape)) <= max(one.shape) <= max(full.shape)
    assert [picture.shape for picture in small[:2]] == [(240, 320), (225, 150)]
    shown = load_thumbnails(lambda some: [small[row] for row in some], rows)
    plain = load_thumbnails(lambda some: [whole[row] for row in some], rows)
    for row in rows.tolist():
        assert shown[row].size == plain[row].size
        difference = np.abs(np.asarray(shown[row]).astype(int) - np.asarray(plain[row]))
        assert difference.mean() < 3


def test_faces_at_one_size_do_not_depend_on_blocks(
    photographs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(photographs) as store:
        rows = np.array([3, 0, 1, 2, 0])
        together = FaceReader(store).faces(rows, 48)
        monkeypatch.setattr(blocks, "MAX_BYTES", 1)
        one_by_one = FaceReader(store).faces(rows, 48)
    np.testing.assert_array_equal(together, one_by_one)
    np.testing.assert_array_equal(together[1], together[4])
