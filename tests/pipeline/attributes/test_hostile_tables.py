"""Tables of attributes and votes from careless hands: refused with their place, or read right."""

from pathlib import Path

import pytest

from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError, StoreError, UsageError
from fercurate.pipeline.annotations import joined_table
from fercurate.pipeline.annotations.matching import SampleFiles
from fercurate.pipeline.attributes.add import AddAttributesRequest, add_attributes
from fercurate.pipeline.attributes.listing import list_attributes
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.votes.add import AddVotesRequest, add_votes
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter
from tests.corpora import plant

ONE, TWO = "fer2013:0000001", "fer2013:0000002"


def written(store: Path, text: str) -> Path:
    file = store.with_name("table.csv")
    file.write_text(text, encoding="utf-8")
    return file


def give(store: Path, text: str, *columns: str, skips: bool = False) -> dict[str, dict[str, int]]:
    request = AddAttributesRequest(store, written(store, text), columns, skips)
    return add_attributes(request).counts


def vote(store: Path, text: str, *columns: str, skips: bool = False) -> dict[str, int]:
    request = AddVotesRequest(store, written(store, text), "crowd", columns=columns)
    return add_votes(request).answers


@pytest.mark.parametrize(
    ("text", "columns", "says"),
    [
        (f"id,g\n{ONE}\0,a\n{ONE},b\n", (), "line 2: a NUL byte: this is no text"),
        (f"id,g\0\n{ONE},a\n", (), "line 1: a NUL byte"),
        (f"id,g,G\n{ONE},a,b\n", ("Ǵ",), "2 columns may be 'Ǵ': 'g' (column 2), 'G' (column 3)"),
        (f"id,g,g\n{ONE},a,b\n", ("g",), "2 columns may be 'g'"),
        (f"id,g\n{ONE},a\n", ("id",), "the column id says which sample a row is of"),
        (f"id,g\n{ONE},a\n", ("g", "g"), "two columns are the attribute g"),
        (f"id,g\n{ONE},\nnobody,a\n", ("g",), "no attributes of stored samples"),
        (f"id,{'g' * 300}\n{ONE},a\n", (), "the name of column 2 has 300 characters"),
    ],
)
def test_faults_of_tables_are_told(store: Path, text: str, columns, says: str) -> None:
    before = store.read_bytes()
    with pytest.raises(InputError) as caught:
        give(store, text, *columns, skips="nobody" in text)
    assert says in caught.value.message
    assert store.read_bytes() == before


def test_of_columns_that_fold_alike_the_one_spelled_so_is_meant(store: Path) -> None:
    text = f"id,group,Group\n{ONE},a,b\n"
    assert give(store, text, "Group") == {"group": {"b": 1}}
    with pytest.raises(InputError, match="2 columns may be 'happy'"):
        vote(store, f"id,happy,happy,sad\n{ONE},1,7,2\n", "happy", "sad")


def test_accents_are_one_value_however_they_are_written(store: Path) -> None:
    text = f"id,place\n{ONE},caf\u00e9\n{TWO},cafe\u0301\n"
    assert give(store, text) == {"place": {"caf\u00e9": 2}}


def test_a_column_of_remarks_is_no_attribute(store: Path) -> None:
    with Store.open(store) as opened:
        ids = opened.manifest.text("id")
        rows = "".join(f"{name},{row + 0.5}\n" for row, name in enumerate(ids))
    many = "".join(f"nobody{n},g{n}\n" for n in range(300))
    with pytest.raises(InputError, match=r"of no|no sample"):
        give(store, f"id,age\n{rows}{many}")
    assert len(give(store, f"id,age\n{rows}{many}", skips=True)["age"]) == len(ids)
    listed = list_attributes(store).attributes[0]
    assert listed.samples == len(ids)
    assert list(listed.counts)[:3] == ["0.5", "1.5", "2.5"]


def test_too_many_groups_are_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fercurate.pipeline.attributes.add._MOST_VALUES", 1)
    with pytest.raises(InputError, match=r"2 different values in the column g: a, b, ...; exp"):
        give(store, f"id,g\n{ONE},a\n{TWO},b\n")


def test_rows_beyond_what_is_read_are_refused_not_forgotten(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joined_table, "_MOST_ROWS", 2)
    with pytest.raises(InputError, match="over 2 rows; expected at most 2"):
        give(store, f"id,g\nx,a\ny,b\n{ONE},c\n", skips=True)


@pytest.mark.parametrize("text", [f"id,happy\n{ONE},\nnobody,1\n", f"id,happy,sad\n{ONE},0,0\n"])
def test_votes_on_no_sample_are_no_set(store: Path, text: str) -> None:
    request = AddVotesRequest(store, written(store, text), "crowd", skips_missing=True)
    with pytest.raises(InputError, match="no votes"):
        add_votes(request)


@pytest.mark.parametrize(
    ("codes", "kind", "says"),
    [
        ("rafdb_compound", None, "happily_surprised is a compound expression"),
        ("1=happy,2=sadly_angry", "readers", "sadly_angry is a compound expression"),
        ("1=happy", "counts", "counts are numbers, and no codes of answers"),
    ],
)
def test_a_label_map_is_of_what_votes_may_be(store: Path, codes: str, kind, says: str) -> None:
    file = written(store, f"id,ana\n{ONE},1\n")
    request = AddVotesRequest(store, file, "crowd", kind, label_map=parse_label_map(codes))
    with pytest.raises(UsageError, match=says):
        add_votes(request)


def test_an_interrupted_table_is_not_stored_in_place_of_another(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    first, second = f"id,g\n{ONE},a\n", f"id,g\n{ONE},b\n"
    with monkeypatch.context() as patch:
        patch.setattr(StoreWriter, "commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            give(store, first)
    with pytest.raises(StoreError, match="an interrupted change waits to be finished"):
        give(store, second)
    give(store, first)
    give(store, second)
    assert list(list_attributes(store).attributes[0].counts) == ["b"]


def test_files_are_found_by_the_end_of_their_paths(tmp_path: Path) -> None:
    names = ("happy/1.png", "sad/1.png", "sad/b\\2.png", "sad/21.png")
    folder = plant(tmp_path / "faces", dict(zip(names, range(4), strict=True)))
    store = tmp_path / "faces.h5"
    ingest(IngestRequest((folder,), store))
    with Store.open(store) as opened:
        files = SampleFiles.of(opened)
        found = {
            name: [files.origin(row) for row in files.rows(name)]
            for name in ("1.png", "sad\\1.png", "./sad/1.png", "b\\2.png", "d/1.png", "", "/", "..")
        }
    assert found == {
        "1.png": ["happy/1.png", "sad/1.png"],
        "sad\\1.png": ["sad/1.png"],
        "./sad/1.png": ["sad/1.png"],
        "b\\2.png": ["sad/b\\2.png"],
        "d/1.png": [],
        "": [],
        "/": [],
        "..": [],
    }
