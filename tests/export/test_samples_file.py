"""``samples.csv``: what is written is read back, as a table and sample by sample."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.sample_table import SAMPLE_COLUMNS, SampleTable
from fercurate.errors import ExportError
from fercurate.export.samples_file import SampleFinder, read_samples, write_samples
from tests.pipeline.trace.test_world import World, world_of

NASTY = ("a,b", 'q"uo"te', "new\nline", "é\udcff", "x#y/2", " blank ", "-", "own:a", "own:a#1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def table_of(ids: list[str], groups: list[str] | None = None, text: str = "x") -> SampleTable:
    """A table of samples (M,) of which all columns but id and group hold one text."""
    columns = {name: np.array([text] * len(ids), dtype=object) for name in SAMPLE_COLUMNS}
    columns["sample_id"] = np.array(ids, dtype=object)
    columns["group"] = np.array(groups or [""] * len(ids), dtype=object)
    return SampleTable(columns)


def agree(path: Path, others: tuple[str, ...] = ()) -> None:
    """See that what finds single samples says of each what the whole table says."""
    table, finder = read_samples(path), SampleFinder(path)
    for name in table["sample_id"]:
        assert name in finder
        assert finder.row(name) == table.row(name)
    for name in set(table["group"]):
        assert sorted(finder.group(name)) == sorted(table.group(name))
    for name in others:
        assert (name in finder) == (name in table.positions)
        assert finder.row(name) == table.row(name)
        assert sorted(finder.group(name)) == sorted(table.group(name))


@pytest.mark.parametrize("name", ["plain", "copies", "folds", "made"])
def test_finder_and_table_agree_on_exports(world: World, name: str) -> None:
    path = world.export(name) / "samples.csv"
    agree(path, ("", "nobody", "fer2013", "fer2013:000000", "train", "sad", "sample_id"))
    assert (b'"' in path.read_bytes()) == (name == "copies"), "one of them is quoted"


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    table = table_of(list(NASTY), ["own:a", "", *NASTY[:7]])
    write_samples([table], tmp_path / "samples.csv")
    found = read_samples(tmp_path / "samples.csv")
    for name in SAMPLE_COLUMNS:
        assert found[name].tolist() == table[name].tolist()
    agree(tmp_path / "samples.csv", ("own", "own:a#", "b", "a", "line", "x"))


TEXT = st.text(st.sampled_from("ab,\"\n' #/:é\udcff"), max_size=4)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6, unique_by=lambda pair: pair[0]))
def test_any_ids_are_found(pairs: list[tuple[str, str]]) -> None:
    import tempfile

    ids, groups = [one for one, _ in pairs], [group for _, group in pairs]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.csv"
        write_samples([table_of(ids, groups, "a")], path)
        assert read_samples(path)["sample_id"].tolist() == ids
        agree(path, ("a", "b", "ab"))


@pytest.mark.parametrize("name", ["a\rb", "\r", "a\r"])
def test_a_carriage_return_in_an_id_is_kept(tmp_path: Path, name: str) -> None:
    write_samples([table_of(["first", name, "last"])], tmp_path / "samples.csv")
    assert read_samples(tmp_path / "samples.csv")["sample_id"].tolist() == ["first", name, "last"]


def test_a_table_without_samples_has_its_columns(tmp_path: Path) -> None:
    write_samples([table_of([])], tmp_path / "samples.csv")
    found = read_samples(tmp_path / "samples.csv")
    assert (len(found), tuple(found.columns)) == (0, SAMPLE_COLUMNS)
    finder = SampleFinder(tmp_path / "samples.csv")
    assert (finder.row("x"), finder.group("x"), "x" in finder, 3 in finder) == (
        None,
        [],
        False,
        False,
    )


HEAD = ",".join(SAMPLE_COLUMNS).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n",
        HEAD.replace(b"digest", b"sha"),
        HEAD + b"\nx\n",
        HEAD + b"\n" + b"," * 18 + b"\n",
        HEAD + b'\n"open',
        b"\x00" * 40,
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "samples.csv").write_bytes(content)
    with pytest.raises(ExportError, match="no table of samples") as caught:
        read_samples(tmp_path / "samples.csv")
    assert "samples.csv" in caught.value.where


def test_a_finder_refuses_other_columns_and_broken_lines(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(ExportError, match="no table of samples"):
        SampleFinder(path)
    path.write_bytes(HEAD + b"\nx,too few\n")
    with pytest.raises(ExportError, match="not as it was written"):
        SampleFinder(path).row("x")
    for place in (tmp_path / "gone", tmp_path):
        with pytest.raises(ExportError):
            SampleFinder(place)
