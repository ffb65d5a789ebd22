"""``attributes``: what is stored, listed, asked for, refused, and that it outlives the care."""

import shutil
from pathlib import Path

import pytest

from fercurate.errors import InputError, StoreError, WhereError
from fercurate.pipeline.annotations.attributes import attribute_names, read_attribute
from fercurate.pipeline.attributes.add import (
    AddAttributesReport,
    AddAttributesRequest,
    add_attributes,
)
from fercurate.pipeline.attributes.listing import list_attributes
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.merge import merge
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.measure.columns import stored_rows_where
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter

PEOPLE = "id,Gender,age\nfer2013:0000007,female,4-19\nfer2013:0000003,male,\n"


def give(store: Path, text: str, **more) -> AddAttributesReport:
    file = store.with_name("people.csv")
    file.write_text(text, encoding="utf-8")
    return add_attributes(AddAttributesRequest(store, file, **more))


def told(store: Path, name: str) -> dict[str, str]:
    with Store.open(store) as opened:
        found = read_attribute(opened, name)
        ids = opened.manifest.text("id")[found.known]
        return dict(zip(ids.tolist(), found.text[found.known].tolist(), strict=True))


def bytes_of(store: Path) -> bytes:
    return store.read_bytes() + b"".join(
        path.read_bytes() for path in sorted(store.with_name(f"{store.name}.parts").glob("0*.h5"))
    )


def test_values_come_back_by_id(store: Path) -> None:
    report = give(store, PEOPLE)
    assert report.counts == {"gender": {"female": 1, "male": 1}, "age": {"4-19": 1}}
    assert (report.samples, report.stored, report.changed) == (2, 200, 3)
    assert told(store, "gender") == {"fer2013:0000007": "female", "fer2013:0000003": "male"}
    assert told(store, "age") == {"fer2013:0000007": "4-19"}
    with Store.open(store) as opened:
        entry = opened.lineage[-1]
    assert entry.command == "fercurate attributes add store.h5 people.csv"
    assert (entry.layout, entry.source, entry.records) == ("attributes", "", 2)


def test_the_same_again_changes_nothing_and_an_empty_cell_leaves_what_is_there(store: Path) -> None:
    give(store, PEOPLE)
    before = bytes_of(store)
    assert give(store, PEOPLE).changed == 0
    assert bytes_of(store) == before
    assert give(store, "id,age\nfer2013:0000003,70+\nfer2013:0000007,\n").changed == 1
    assert told(store, "age") == {"fer2013:0000007": "4-19", "fer2013:0000003": "70+"}


def test_a_dry_run_stores_nothing(store: Path) -> None:
    before = bytes_of(store)
    assert give(store, PEOPLE, dry_run=True).changed == 3
    assert bytes_of(store) == before


def test_an_interrupted_change_is_finished_by_the_same_values_only(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(StoreWriter, "commit", interrupt)
        with pytest.raises(KeyboardInterrupt):
            give(store, PEOPLE)
    with pytest.raises(StoreError, match="an interrupted change waits to be finished"):
        give(store, PEOPLE.replace("female", "unsure"))
    assert give(store, PEOPLE).changed == 3
    assert told(store, "gender") == {"fer2013:0000007": "female", "fer2013:0000003": "male"}


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,gender\nfer2013:9999999,male\n", "line 2: no sample has the id 'fer2013:9999999'"),
        ("id,gender\nfer2013:0000003,a much too long value for it\n", "longer than 24 bytes"),
        ("id,9\nfer2013:0000003,a\n", "'9' is no name of an attribute"),
        ("id,age,Age\nfer2013:0000003,a,b\n", "two columns are the attribute age"),
        ("id,age\nfer2013:0000003,\n", "there are no attributes in it"),
        ("id\nfer2013:0000003\n", "no column of attributes"),
        (
            "id," + ",".join(f"a{n}" for n in range(17)) + "\nfer2013:0000003" + ",x" * 17 + "\n",
            "17 columns of attributes; expected at most 16",
        ),
    ],
)
def test_what_is_none_is_refused_and_nothing_is_stored(store: Path, text: str, says: str) -> None:
    before = bytes_of(store)
    with pytest.raises(InputError, match=r"people.csv") as caught:
        give(store, text)
    assert says in caught.value.message
    assert bytes_of(store) == before


def test_columns_and_missing_rows_are_chosen(store: Path) -> None:
    text = "sample_id,note,gender\nfer2013:0000003,a remark of any length at all,male\nx:1,,male\n"
    with pytest.raises(InputError, match=r"no column 'gendre' \(did you mean 'gender'"):
        give(store, text, columns=("gendre",))
    report = give(store, text, columns=("gender",), skips_missing=True)
    assert (report.samples, report.missing) == (1, 1)
    assert told(store, "gender") == {"fer2013:0000003": "male"}


def test_conditions_ask_for_them(store: Path) -> None:
    give(store, PEOPLE)
    with Store.open(store) as opened:
        ids = opened.manifest.text("id")
        female = stored_rows_where(opened, "attribute.gender = 'female'")
        untold = stored_rows_where(opened, "attribute.age is unknown")
        with pytest.raises(InputError, match=r"no attribute 'gendre' \(did you mean 'gender'"):
            stored_rows_where(opened, "attribute.gendre = 'female'")
        with pytest.raises(WhereError, match=r"unknown name .attribute\.Gender."):
            stored_rows_where(opened, "attribute.Gender = 'female'")
    assert ids[female].tolist() == ["fer2013:0000007"]
    assert len(untold) == len(ids) - 1


def test_the_list_counts_values_by_expression(store: Path) -> None:
    give(store, PEOPLE)
    listed = list_attributes(store)
    assert [one.name for one in listed.attributes] == ["age", "gender"]
    gender = listed.attributes[1]
    assert (gender.samples, gender.sources) == (2, {"fer2013": 2})
    assert {value: sum(counts.values()) for value, counts in gender.counts.items()} == {
        "female": 1,
        "male": 1,
    }
    frame = listed.to_frame()
    assert frame["samples"].sum() == 3


def test_they_outlive_removal_and_compaction(store: Path) -> None:
    give(store, PEOPLE)
    give(store, "id,gender\nfer2013:0000005,unsure\n")
    remove(RemoveRequest(store, ids=("fer2013:0000003",)))
    compact(store)
    with Store.open(store) as opened:
        assert attribute_names(opened) == ("age", "gender")
    assert told(store, "gender") == {"fer2013:0000007": "female", "fer2013:0000005": "unsure"}


def test_a_merged_store_has_those_of_both(store: Path) -> None:
    other = store.with_name("other.h5")
    with Store.open(store) as opened:
        ids = opened.manifest.text("id").tolist()
    shutil.copy(store, other)
    shutil.copytree(store.with_name("store.h5.parts"), store.with_name("other.h5.parts"))
    give(store, PEOPLE)
    give(other, f"id,gender,race\n{ids[7]},male,Asian\n{ids[9]},female,Asian\n")
    merge(store, other, store.with_name("both.h5"))
    both = store.with_name("both.h5")
    assert told(both, "gender") == {ids[3]: "male", ids[7]: "male", ids[9]: "female"}
    assert told(both, "age") == {ids[7]: "4-19"}
    assert told(both, "race") == {ids[7]: "Asian", ids[9]: "Asian"}


def test_trace_tells_them(store: Path, run) -> None:
    give(store, PEOPLE)
    traced = run("trace", "fer2013:0000007", "--store", store)
    assert "person  age 4-19, gender female" in traced.out
    assert "person" not in run("trace", "fer2013:0000001", "--store", store).out
