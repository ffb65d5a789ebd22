"""A store holds what was appended, however it came in."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import Sample
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

ENTRY = LineageEntry("test", "toy", "test", "", "0", "now")
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@st.composite
def samples(draw: st.DrawFn) -> list[Sample]:
    """Samples with ids of any letters, gray and color, of several sizes."""
    names = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    sizes = st.sampled_from([(3, 5), (4, 4), (4, 4, 3), (2, 7, 3)])
    return [
        Sample(
            id=f"toy:{name}",
            source="toy",
            image=np.random.default_rng(row).integers(0, 256, draw(sizes), dtype=np.uint8),
            native_label=str(row),
            expression=draw(st.sampled_from(EXPRESSIONS)),
            native_split=draw(st.sampled_from(["", "Training", "Test"])),
            origin=name,
            row=row,
            subject=draw(st.sampled_from(["", "S1", name])),
        )
        for row, name in enumerate(names)
    ]


def write(path: Path, sessions: Sequence[Sequence[Sample]]) -> None:
    """Append samples, one commit a session."""
    for number, session in enumerate(sessions):
        with open_writer(path, f"session {number}") as writer:
            for sample in session:
                writer.append(sample)
            writer.commit(ENTRY)


def content(path: Path) -> dict[str, tuple[object, ...]]:
    """Everything that a store knows of its samples, by id."""
    with Store.open(path) as store:
        table = store.manifest
        facts = (table.text(name) for name in ("expression", "native_split", "subject", "origin"))
        rows = zip(*facts, store.images(range(len(store))), strict=True)
        return {
            str(name): (*texts, picture.shape, picture.tobytes())
            for name, (*texts, picture) in zip(table.text("id"), rows, strict=True)
        }


def expected(given_samples: Sequence[Sample]) -> dict[str, tuple[object, ...]]:
    return {
        s.id: (
            s.expression,
            s.native_split,
            s.subject,
            s.origin,
            s.pixels.shape,
            s.pixels.tobytes(),
        )
        for s in given_samples
    }


@given(samples(), st.data())
@settings(max_examples=25, deadline=None)
def test_any_sessions_give_the_same_content(some: list[Sample], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(some)), max_size=3)))
    sessions = [some[a:b] for a, b in pairwise([0, *cuts, len(some)])]
    with TemporaryDirectory() as folder:
        whole, cut = Path(folder, "whole.h5"), Path(folder, "cut.h5")
        write(whole, [some])
        write(cut, [session for session in sessions if session])
        assert content(whole) == content(cut) == expected(some)
        with Store.open(whole) as one, Store.open(cut) as other:
            assert one.digest() == other.digest()
            assert list(one.manifest.text("id")) == list(other.manifest.text("id"))


@given(samples(), st.data())
@settings(max_examples=25, deadline=None)
def test_what_is_there_already_changes_nothing(some: list[Sample], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(some)))
    with TemporaryDirectory() as folder:
        path = Path(folder, "store.h5")
        write(path, [some])
        before = path.read_bytes()
        write(path, [again])
        assert path.read_bytes() == before


@given(samples(), st.data())
@settings(max_examples=15, deadline=None)
def test_the_digest_tells_stores_apart(some: list[Sample], data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, len(some) - 1))
    other_pixels = replace(some[changed], image=255 - some[changed].pixels)
    with TemporaryDirectory() as folder:
        first, second = Path(folder, "first.h5"), Path(folder, "second.h5")
        write(first, [some])
        write(second, [[*some[:changed], other_pixels, *some[changed + 1 :]]])
        with Store.open(first) as one, Store.open(second) as other:
            assert one.digest() != other.digest()
