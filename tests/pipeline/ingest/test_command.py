"""What the lineage tells of a request, and whether an interrupted one is taken up again."""

from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.taxonomy import parse_label_map
from fercurate.pipeline.events import Advanced
from fercurate.pipeline.ingest.corpus import CorpusIngest
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.base import AnySource
from fercurate.sources.registry import SOURCES
from fercurate.store.store import Store
from tests.corpora import fer_rows, plant

OWN_TEXT = "0=angry,1=disgust,2=fear,3=happy,4=sad,5=surprise,6=neutral"
OWN = parse_label_map(OWN_TEXT)
DEFAULTS = {"label_map": None, "neutral": "first", "peak": 3, "image_size": 48}
COMMANDS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "defaults": ({"options": DEFAULTS | {"per_class": 0, "seed": 0}}, ""),
    "workers": ({"jobs": 2}, ""),
    "source": ({"source": "fer2013"}, " --source fer2013"),
    "name": ({"name": "mine"}, " --name mine"),
    "label map": ({"options": {"label_map": OWN}}, f" --label-map {OWN_TEXT}"),
    "everything": (
        {
            "source": "fer2013",
            "name": "mine",
            "options": {
                "image_size": 48, "label_map": OWN,
            },
            "least_side": 20,
        },
        f" --source fer2013 --name mine --label-map {OWN_TEXT} --least-side 20",
    ),
}  # fmt: skip


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    plant(tmp_path, {"fer2013.csv": fer_rows().csv()})
    return tmp_path / "fer2013.csv"


@pytest.mark.parametrize("case", COMMANDS)
def test_the_recorded_command(csv: Path, case: str) -> None:
    arguments, text = COMMANDS[case]
    ingest(IngestRequest((csv,), csv.with_name("s.h5"), **arguments))
    with Store.open(csv.with_name("s.h5")) as store:
        assert [entry.command for entry in store.lineage] == [f"fercurate ingest fer2013.csv{text}"]


def test_every_option_stands_in_the_order_of_the_sources() -> None:
    options = {
        "seed": 1, "per_class": 9, "peak": 1, "image_size": 64, "neutral": "none", "label_map": OWN
    }  # fmt: skip
    request = IngestRequest((), Path("s.h5"), options=options)
    given = dict(pair for source in SOURCES for pair in request.options_of(source).changes())
    flags = ["--label-map", "--neutral", "--image-size", "--peak", "--per-class", "--seed"]
    assert list(given) == flags


def session(csv: Path, source: AnySource, **arguments: Any) -> str:
    request = IngestRequest((csv,), csv.with_name("s.h5"), **arguments)
    recognition = source.recognize(csv)
    assert recognition is not None
    return CorpusIngest(request, csv, recognition).session(source)


def test_only_the_same_request_is_resumed(csv: Path) -> None:
    source = next(source for source in SOURCES if source.name == "fer2013")
    first = session(csv, source)
    assert session(csv, source, jobs=5) == first
    assert session(csv, source, options={"peak": 7}) == first, "FER-2013 has no peaks"
    assert session(csv, source, options={"image_size": 64}) != first
    assert session(csv, source, options={"label_map": OWN}) != first
    assert session(csv, source, name="mine") != first


def test_an_interrupted_ingest_gives_what_a_whole_one_gives(tmp_path: Path) -> None:
    corpus = fer_rows()
    rows = [corpus.row(number % len(corpus)) for number in range(700)]
    plant(tmp_path, {"fer2013.csv": "\n".join(["emotion,pixels,Usage", *rows]) + "\n"})
    request = IngestRequest(
        (tmp_path / "fer2013.csv",), tmp_path / "s.h5", options={"image_size": 48}
    )

    def interrupt(event: object) -> None:
        if isinstance(event, Advanced):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(request, interrupt)
    assert not ingest(request)[0].rejected
    whole = IngestRequest(request.paths, tmp_path / "whole.h5")
    ingest(whole)
    with Store.open(request.store) as one, Store.open(whole.store) as other:
        assert list(one.manifest.text("id")) == list(other.manifest.text("id"))
        assert len(one) == 700
