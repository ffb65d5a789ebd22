"""The index by which a writer knows samples again: as a dictionary of their facts would."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.store import sample_index
from fercurate.store.sample_index import Facts, SampleIndex
from fercurate.store.store import Store


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


names = st.text("ab:é\udcff", max_size=4)
facts = st.tuples(
    st.integers(0, 3).map(digest), st.sampled_from(["happy", "sad"]), st.sampled_from(["a", "b"])
)


@given(st.lists(st.tuples(names, facts), max_size=60), st.booleans())
def test_it_knows_what_a_dictionary_knows(came: list[tuple[str, Facts]], alike: bool) -> None:
    known: dict[str, Facts] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample_index, "_LEAST", 4)
        if alike:  # every id has one hash: all stand in one chain, told apart by their CRC-32
            patch.setattr(sample_index, "hash", lambda _: 7, raising=False)
        index = SampleIndex()
        for name, told in came:
            number = index.find(name)
            assert (number >= 0) == (name in known)
            if number < 0:
                index.add(name, told)
            else:
                pairs = zip(sample_index.FACT_NAMES, known[name], told, strict=True)
                assert index.differing(number, told) == tuple(n for n, a, b in pairs if a != b)
                index.replace(number, told)
                assert index.differing(number, told) == ()
            known[name] = told
        assert len(index) == len(known)
        assert [index.find(name) for name in known] == list(range(len(known)))


def test_what_has_come_is_seen() -> None:
    index = SampleIndex()
    index.add("a", (digest(0), "happy", "Training"))
    assert not index.is_seen("a")
    index.see(index.find("a"))
    assert index.is_seen("a")
    assert not index.is_seen("b")


def test_a_stored_sample_has_its_row_as_number(
    shared_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_index, "_BLOCK", 7)
    with Store.open(shared_store) as store:
        index, manifest = SampleIndex(store), store.manifest
        columns = ("id", "digest", "expression", "native_split")
        for row, (name, *told) in enumerate(
            zip(*(manifest.text(column) for column in columns), strict=True)
        ):
            assert index.find(name) == row
            assert not index.differing(row, tuple(told))
    assert len(index) == len(manifest)
