"""An array of jobs without a scheduler: parts that are sealed, and one run that collects them."""

from pathlib import Path

import pytest

from fercurate.errors import EngineError, PartDone, UsageError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.filter.filter import filter_store
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.measure import measure as measuring
from fercurate.recipe.shipped import load_recipe
from tests.pipeline.engine.test_dask import copy, parts

SEAL = ClusterChoice(seals=True)


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 8)
    monkeypatch.setattr("fercurate.pipeline.building.rendering.units.BYTES", 1 << 15)


def request(store: Path, cluster: ClusterChoice | None) -> FilterRequest:
    return FilterRequest(store, preset="lenient", ease=False, jobs=1, cluster=cluster)


def part(store: Path, number: int, count: int) -> str:
    with pytest.raises(PartDone) as done:
        filter_store(request(store, ClusterChoice(part=(number, count))))
    return done.value.message


def test_sealed_parts_give_the_same_store(store: Path) -> None:
    other, before = copy(store, "threads"), parts(store)
    filter_store(request(other, None))
    told = [part(store, number, 3) for number in (3, 1, 2)]
    assert all(one.startswith("part ") and " of 25 units are sealed" in one for one in told)
    assert sum(int(one.split(": ")[1].split(" of ")[0]) for one in told) == 25
    assert parts(store) == before
    assert "of them before" in part(store, 2, 3)
    filter_store(request(store, SEAL))
    assert parts(store) == parts(other)
    assert not store.with_name("store.h5.work").exists()


def test_what_is_missing_is_counted_and_nothing_stored(store: Path) -> None:
    before = parts(store)
    told = part(store, 1, 2)
    done = int(told.split(": ")[1].split(" of ")[0])
    with pytest.raises(EngineError, match=rf"{25 - done} of 25 units are not sealed"):
        filter_store(request(store, SEAL))
    assert parts(store) == before


def test_a_damaged_result_is_done_again(store: Path) -> None:
    part(store, 1, 1)
    folder = store.with_name("store.h5.work")
    damaged = sorted(path for path in folder.rglob("*") if len(path.name) == 64)[3]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\xff")
    with pytest.raises(EngineError, match="1 of 25 units are not sealed"):
        filter_store(request(store, SEAL))
    assert "24 of them before" in part(store, 1, 1)
    filter_store(request(store, SEAL))


def test_parts_of_a_build_give_the_same_export(store: Path, tmp_path: Path) -> None:
    recipe = load_recipe("modified_fer")

    def asked(name: str, cluster: ClusterChoice | None) -> BuildRequest:
        return BuildRequest(recipe, store, tmp_path / name, framework="none", cluster=cluster)

    for number in (1, 2):
        with pytest.raises(PartDone):
            build(asked("parts", ClusterChoice(part=(number, 2))))
        assert not (tmp_path / "parts").exists()
    build(asked("parts", SEAL))
    build(asked("threads", None))
    found = []
    for name in ("parts", "threads"):
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        found.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "text", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/5", "\u0661/\u0663", "1/ 3"]
)
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--shard: .*expected I/N, such as 3/16"):
        ClusterChoice.of("", None, text)


def test_only_one_of_them_is_taken() -> None:
    for told in (("local:2", "1/2", False), ("", "1/2", True), ("local:2", "", True)):
        with pytest.raises(UsageError, match="expected one of them"):
            ClusterChoice.of(told[0], None, told[1], seals=told[2])


def test_the_command_line_ends_well(run, store: Path) -> None:
    done = run("filter", store, "--no-ease", "--shard", "1/2")
    assert (done.code, done.out) == (0, "")
    assert "units are sealed. When all parts are sealed, run the same with --seal" in done.err
