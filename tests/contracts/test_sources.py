"""What every source promises, asked of every source in the registry.

A new source is under these tests by its entry there; its small corpus is made in
``tests/corpora_by_source.py: BUILDERS``.
"""

import shutil
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.expression import KNOWN_EXPRESSIONS, UNLABELED
from fercurate.domain.sample import Sample
from fercurate.domain.taxonomy import label_maps, parse_label_map
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.base import AnySource, Record, RecordCounts
from fercurate.sources.names.subject_rule import parse_subject_rule
from fercurate.sources.options import SourceOption, SourceOptions
from fercurate.sources.registry import READERS, SOURCES, offered_options, recognize
from fercurate.store.store import Store
from tests.corpora import plant
from tests.corpora_by_source import BUILDERS

NAMES = [source.name for source in SOURCES]
SUFFIXES = {".png", ".jpg", ".jpeg", ".tiff"}
every_source = pytest.mark.parametrize("source", SOURCES, ids=NAMES)
every_name = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus of every source, named for it."""
    root = tmp_path_factory.mktemp("corpora")
    for name in NAMES:
        assert name in BUILDERS, f"tests/corpora_by_source.py: no builder of {name}"
        (root / name).mkdir()
        BUILDERS[name](root / name)
    return root


def read(path: Path, **options: Any) -> list[Record]:
    recognition = recognize(path)[0]
    source = next(s for s in SOURCES if s.name == recognition.source)
    return list(source.read(recognition, source.options(**options)))


def test_names_are_unique_and_no_corpus_is_left_over() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)
    assert set(BUILDERS) == set(NAMES)


@every_source
def test_a_source_says_what_it_is(source: AnySource) -> None:
    assert source.name.isidentifier()
    assert source.name.islower()
    assert source.title
    assert source.license


@every_source
def test_options_are_frozen_and_each_is_described(source: AnySource) -> None:
    options = source.options()
    assert isinstance(options, SourceOptions)
    assert is_dataclass(options)
    with pytest.raises((FrozenInstanceError, TypeError)):
        options.name = "other"  # type: ignore[misc]
    described = [option.name for option in source.options.own_options()]
    assert described == [f.name for f in fields(options) if f.name not in COMMON]
    assert options == source.options(jobs=3), "workers are no part of a request"
    assert not list(options.changes())


COMMON = {"name", "jobs", "decoder"}
"""What every source is told."""

ALL = {"label_map": label_maps()["ckplus"], "neutral": "none", "peak": 7, "image_size": 64}
ALL |= {"per_class": 2, "seed": 5, "columns": ("path", "label")}
ALL["subject"] = parse_subject_rule("-1")
TEXTS = {"label_map": "ckplus", "subject": "-1", "columns": "path,label"}


@every_source
def test_options_take_their_own_and_tell_what_changed(source: AnySource) -> None:
    assert set(ALL) == {option.name for option in offered_options()}, "a value for each option"
    options = source.options.take_from(ALL | {"name": "mine"})
    assert options.name == "mine"
    expected = [
        (option.flag, TEXTS.get(option.name) or str(ALL[option.name]))
        for option in source.options.own_options()
    ]
    assert list(options.changes()) == expected


@pytest.mark.parametrize("option", offered_options(), ids=lambda option: option.name)
def test_an_option_says_what_it_may_be(option: SourceOption) -> None:
    text = option.text
    ways = (text.low is not None, bool(text.choices), text.parse is not None)
    assert sum(ways) == 1, "a number with bounds, a word of some, or a text that is parsed"
    assert text.help.endswith((".", "..."))
    if text.low is not None:
        assert text.low <= option.default <= (text.high or option.default)
    if text.choices:
        assert option.default in text.choices


@every_name
def test_a_corpus_is_recognized_as_what_it_is(corpora: Path, name: str) -> None:
    found = recognize(corpora / name)
    assert found[0].source == name
    assert found[0].why
    assert found[0].files


@every_name
def test_samples_keep_the_contract(corpora: Path, name: str) -> None:
    records = read(corpora / name)
    samples = [record for record in records if isinstance(record, Sample)]
    assert len(samples) >= 2
    assert len({sample.id for sample in samples}) == len(samples)
    for sample in samples:
        assert sample.id.startswith(f"{name}:")
        assert sample.source == name
        assert sample.expression in (*KNOWN_EXPRESSIONS, UNLABELED)
        assert sample.pixels.dtype == np.uint8
        assert sample.pixels.ndim in (2, 3)
        assert not sample.origin.startswith("/")
        assert ".." not in Path(sample.origin).parts


@every_name
def test_jobs_and_repetition_change_nothing(corpora: Path, name: str) -> None:
    def facts(records: list[Record]) -> list[tuple[object, ...]]:
        return [
            (r.id, r.expression, r.native_split, r.pixels.tobytes())
            if isinstance(r, Sample)
            else (r.code, r.origin, r.line, r.message)
            for r in records
        ]

    assert facts(read(corpora / name, jobs=1)) == facts(read(corpora / name, jobs=4))


@every_name
def test_another_name_prefixes_the_ids(corpora: Path, name: str) -> None:
    samples = [r for r in read(corpora / name, name="mine") if isinstance(r, Sample)]
    assert all(s.id.startswith("mine:") and s.source == "mine" for s in samples)


@every_name
def test_ingest_is_idempotent_and_says_the_variant(
    corpora: Path, tmp_path: Path, name: str
) -> None:
    first = ingest(IngestRequest((corpora / name,), tmp_path / "s.h5"))
    before = (tmp_path / "s.h5").read_bytes()
    again = ingest(IngestRequest((corpora / name,), tmp_path / "s.h5"))
    assert (tmp_path / "s.h5").read_bytes() == before
    assert first[0].changed
    assert first[0].variant
    assert not any(corpus.changed or corpus.added for corpus in again)
    with Store.open(tmp_path / "s.h5") as store:
        assert len(store) == first[0].added


def test_a_folder_of_corpora_is_read_as_all_of_them(corpora: Path, tmp_path: Path) -> None:
    for name in ("fer2013", "ckplus", "affectnet", "kdef"):
        shutil.copytree(corpora / name, tmp_path / "raw" / name)
    found = [recognition.source for recognition in recognize(tmp_path / "raw")]
    assert found == ["affectnet", "ckplus", "fer2013", "ferplus", "kdef"]


@every_name
def test_a_broken_file_rejects_its_own_samples(corpora: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(corpora / name, tmp_path / name)
    whole = read(tmp_path / name)
    images = [p for p in sorted((tmp_path / name).rglob("*")) if p.suffix.lower() in SUFFIXES]
    if not images:
        assert name in {"fer2013", "arrays", "parquet", "webdataset"}
        return
    taken = {r.origin for r in whole if isinstance(r, Sample)} | {
        r.id.partition(":")[2] for r in whole if isinstance(r, Sample)
    }
    broken = next(p for p in images if any(t.endswith((p.name, p.stem)) for t in taken))
    broken.write_bytes(broken.read_bytes()[:40])
    after = read(tmp_path / name)
    codes = [r.code for r in after if not isinstance(r, Sample)]
    before = [r.code for r in whole if not isinstance(r, Sample)]
    assert 1 <= len(codes) - len(before) <= 2, "ExpW has two faces in a picture"
    assert sorted(codes) == sorted([*before, *["E_DECODE"] * (len(codes) - len(before))])
    assert len(after) == len(whole)


def test_counts_hold_rejects_as_read(corpora: Path) -> None:
    totals = RecordCounts()
    for record in read(corpora / "fer2013"):
        totals.add(record)
    assert (totals.records, sum(totals.splits.values())) == (59, 56)


def test_numeric_folders_need_a_label_map(tmp_path: Path) -> None:
    plant(tmp_path / "n", {"0/1.png": 0, "3/1.png": 1})
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
