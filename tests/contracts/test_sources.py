"""What every source promises, asked of every source in the registry."""

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from fercurate.domain.expression import EXPRESSIONS, UNLABELED
from fercurate.domain.sample import Sample
from fercurate.domain.taxonomy import parse_label_map
from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
from fercurate.sources.base import Record, RecordCounts
from fercurate.sources.registry import READERS, SOURCES, recognize
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.synthetic.fer2013 import write_fer2013


def picture(path: Path, seed: int, size: int = 60) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    cv2.imwrite(str(path), rng.integers(0, 256, (size, size, 3), dtype=np.uint8))


def make_rafdb(folder: Path) -> None:
    lines = []
    for number in range(6):
        picture(folder / "Image" / "aligned" / f"train_{number:05d}_aligned.jpg", number)
        lines.append(f"train_{number:05d}.jpg {number + 1}")
    (folder / "EmoLabel").mkdir()
    (folder / "EmoLabel" / "list_patition_label.txt").write_text("\n".join(lines) + "\n")


def make_expw(folder: Path) -> None:
    for number in range(4):
        picture(folder / "image" / "origin" / f"face_{number}.jpg", number)
    (folder / "label").mkdir()
    rows = [f"face_{n}.jpg 0 5 5 45 45 90.5 {n}" for n in range(4)]
    (folder / "label" / "label.lst").write_text("\n".join(rows) + "\n")


def make_jaffe(folder: Path) -> None:
    for number, code in enumerate(("AN1", "HA2", "SA3", "NE1")):
        picture(folder / f"KA.{code}.{number + 1}.tiff", number)


def make_kdef(folder: Path) -> None:
    for number, code in enumerate(("ANS", "HAS", "SAHL", "NES")):
        picture(folder / "AF01" / f"AF01{code}.JPG.png", number)
        (folder / "AF01" / f"AF01{code}.JPG.png").rename(folder / "AF01" / f"AF01{code}.JPG")


def make_folder(folder: Path) -> None:
    for number, name in enumerate(("Happy", "sadness", "neutral")):
        picture(folder / "train" / name / "1.png", number)
        picture(folder / "test" / name / "1.png", number + 10)


def make_ferplus_folders(folder: Path) -> None:
    for number, name in enumerate(("FER2013Train", "FER2013Valid")):
        lines = []
        for row in range(4):
            picture(folder / name / f"fer{row:07d}.png", 10 * number + row, 48)
            votes = ["0"] * 10
            votes[row] = "10"
            lines.append(f'fer{row:07d}.png,"(0, 0, 48, 48)",{",".join(votes)}')
        (folder / name / "label.csv").write_text("\n".join(lines) + "\n")


BUILDERS: dict[str, Callable[[Path], object]] = {
    "fer2013": lambda folder: write_fer2013(folder, sizes=(40, 8, 8)),
    "ckplus": lambda folder: write_ckplus(folder, subjects=3, sequences=2, size=(160, 120)),
    "affectnet": lambda folder: write_affectnet(folder, per_class=2, val_per_class=1, size=64),
    "rafdb": make_rafdb,
    "expw": make_expw,
    "jaffe": make_jaffe,
    "kdef": make_kdef,
    "ferplus_folders": make_ferplus_folders,
    "folder": make_folder,
}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("corpora")
    for name, build in BUILDERS.items():
        (root / name).mkdir()
        build(root / name)
    return root


def read(path: Path, **options: object) -> list[Record]:
    recognition = recognize(path)[0]
    source = next(s for s in SOURCES if s.name == recognition.source)
    return list(source.read(recognition, source.options(**options)))  # type: ignore[arg-type]


def test_every_source_has_a_corpus_here() -> None:
    assert set(BUILDERS) == {source.name for source in SOURCES}
    assert len({reader.name for reader in READERS}) == len(READERS)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_corpus_is_recognized_as_what_it_is(corpora: Path, name: str) -> None:
    found = recognize(corpora / name)
    assert found[0].source == name
    assert found[0].why
    assert found[0].files


@pytest.mark.parametrize("name", BUILDERS)
def test_samples_keep_the_contract(corpora: Path, name: str) -> None:
    records = read(corpora / name)
    samples = [record for record in records if isinstance(record, Sample)]
    assert len(samples) >= 3
    assert len({sample.id for sample in samples}) == len(samples)
    for sample in samples:
        assert sample.id.startswith(f"{name}:")
        assert sample.source == name
        assert sample.expression in (*EXPRESSIONS, UNLABELED)
        assert sample.pixels.dtype == np.uint8
        assert sample.pixels.ndim in (2, 3)
        assert not sample.origin.startswith("/")
        assert ".." not in Path(sample.origin).parts


@pytest.mark.parametrize("name", BUILDERS)
def test_jobs_and_repetition_change_nothing(corpora: Path, name: str) -> None:
    def facts(records: list[Record]) -> list[tuple[object, ...]]:
        return [
            (r.id, r.expression, r.native_split, r.pixels.tobytes())
            if isinstance(r, Sample)
            else (r.code, r.origin, r.line, r.message)
            for r in records
        ]

    assert facts(read(corpora / name, jobs=1)) == facts(read(corpora / name, jobs=4))


@pytest.mark.parametrize("name", BUILDERS)
def test_another_name_prefixes_the_ids(corpora: Path, name: str) -> None:
    samples = [r for r in read(corpora / name, name="mine") if isinstance(r, Sample)]
    assert all(s.id.startswith("mine:") and s.source == "mine" for s in samples)


@pytest.mark.parametrize("name", BUILDERS)
def test_ingest_is_idempotent_and_says_the_variant(
    corpora: Path, tmp_path: Path, name: str
) -> None:
    first = ingest(IngestRequest((corpora / name,), tmp_path / "s.h5"))
    before = (tmp_path / "s.h5").read_bytes()
    again = ingest(IngestRequest((corpora / name,), tmp_path / "s.h5"))
    assert (tmp_path / "s.h5").read_bytes() == before
    assert first[0].committed
    assert first[0].variant
    assert not any(report.committed or report.change.added for report in again)
    with Store.open(tmp_path / "s.h5") as store:
        assert len(store) == first[0].change.added


def test_a_folder_of_corpora_is_read_as_all_of_them(corpora: Path, tmp_path: Path) -> None:
    for name in ("fer2013", "ckplus", "affectnet", "kdef"):
        shutil.copytree(corpora / name, tmp_path / "raw" / name)
    found = [recognition.source for recognition in recognize(tmp_path / "raw")]
    assert found == ["affectnet", "ckplus", "fer2013", "ferplus", "kdef"]


@pytest.mark.parametrize("name", BUILDERS)
def test_a_broken_file_is_one_reject(corpora: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(corpora / name, tmp_path / name)
    whole = read(tmp_path / name)
    images = [p for p in sorted((tmp_path / name).rglob("*")) if p.suffix.lower() in SUFFIXES]
    if not images:
        assert name == "fer2013"
        return
    taken = {r.origin for r in whole if isinstance(r, Sample)} | {
        r.id.partition(":")[2] for r in whole if isinstance(r, Sample)
    }
    broken = next(p for p in images if any(t.endswith((p.name, p.stem)) for t in taken))
    broken.write_bytes(broken.read_bytes()[:40])
    after = read(tmp_path / name)
    codes = [r.code for r in after if not isinstance(r, Sample)]
    before = [r.code for r in whole if not isinstance(r, Sample)]
    assert sorted(codes) == sorted([*before, "E_DECODE"])


SUFFIXES = {".png", ".jpg", ".jpeg", ".tiff"}


def test_tallies_count_rejects_as_read(corpora: Path) -> None:
    tally = RecordCounts()
    for record in read(corpora / "fer2013"):
        tally.add(record)
    assert (tally.records, sum(tally.splits.values())) == (59, 56)


def test_numeric_folders_need_a_label_map(tmp_path: Path) -> None:
    picture(tmp_path / "n" / "0" / "1.png", 0)
    picture(tmp_path / "n" / "3" / "1.png", 1)
    records = read(tmp_path / "n", label_map=parse_label_map("0=sad,3=happy"))
    assert [r.expression for r in records if isinstance(r, Sample)] == ["sad", "happy"]


def test_ferplus_folders_take_the_majority_and_keep_the_votes(
    corpora: Path, tmp_path: Path
) -> None:
    shutil.copytree(corpora / "ferplus_folders", tmp_path / "f")
    labels = tmp_path / "f" / "FER2013Valid" / "label.csv"
    box = '"(0, 0, 48, 48)"'
    with labels.open("a") as file:
        file.write(f"fer0000000.png,{box},10,0,0,0,0,0,0,0,0,0\n")  # a second time
        file.write(f"../../x.png,{box},10,0,0,0,0,0,0,0,0,0\n")
        file.write(f"fer0000009.png,{box},10,0,0,0,0,0,0,0,0,0\n")  # not there
        file.write(f"fer0000003.jpg,{box},x,0,0,0,0,0,0,0,0,0\n")
    records = read(tmp_path / "f")
    samples = [r for r in records if isinstance(r, Sample)]
    assert [s.expression for s in samples[:4]] == ["neutral", "happy", "surprise", "sad"]
    assert samples[1].votes == (0, 10, 0, 0, 0, 0, 0, 0, 0, 0)
    assert {s.native_split for s in samples} == {"Training", "PublicTest"}
    codes = sorted(str(r.code) for r in records if not isinstance(r, Sample))
    assert codes == ["E_CONFLICT", "E_MISSING", "E_PATH", "E_RANGE"]
