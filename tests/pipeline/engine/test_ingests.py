"""Picture files that others decode: the same store, whatever happens to the others."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.errors import EngineError, InputError, PartDone, UsageError
from fercurate.files.pictures import decode
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.worker import work
from fercurate.pipeline.events import Event
from fercurate.pipeline.ingest import corpus, units
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.reading import loading
from tests.pipeline.engine.test_dask import LOCAL, AtFirst, parts

SEAL = ClusterChoice(seals=True)


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "FILES", 7)
    monkeypatch.setattr(corpus, "_STEP", 5)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Sixty pictures of three kinds, a broken one, and a link that leads out."""
    root = tmp_path / "faces"
    rng = np.random.default_rng(3)
    for number in range(60):
        folder = root / ("happy", "sad", "fear")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        shape = (40 + number, 50, 3) if number % 2 else (48, 48)
        image = Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8))
        image.save(folder / f"{number:02d}.{('png', 'jpg', 'webp')[number % 3]}")
    (root / "happy" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "out.png").write_bytes((root / "happy" / "00.png").read_bytes())
    (root / "sad" / "link.png").symlink_to(tmp_path / "out.png")
    return root


def request(tree: Path, name: str, cluster: ClusterChoice | None) -> IngestRequest:
    store = tree.with_name(name) / "store.h5"
    store.parent.mkdir(exist_ok=True)
    return IngestRequest((tree,), store, jobs=1, cluster=cluster)


def told(report: IngestReport) -> object:
    return [corpus.to_json() for corpus in report]


@pytest.fixture
def wanted(tree: Path) -> tuple[object, dict[str, bytes]]:
    asked = request(tree, "threads", None)
    return told(ingest(asked)), parts(asked.store)


def test_parts_and_a_run_that_seals_give_the_same_store(
    tree: Path, wanted: tuple[object, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (2, 1, 3):
        with pytest.raises(PartDone, match=f"part {number} of 3: .* of 9 units are sealed"):
            ingest(request(tree, "seal", ClusterChoice(part=(number, 3))))
    asked = request(tree, "seal", SEAL)
    assert not asked.store.exists()
    looked: list[int] = []

    def counted(content: bytes) -> decode.ImageFacts:
        looked.append(len(content))
        return decode.image_facts(content)

    monkeypatch.setattr(loading, "image_facts", counted)
    assert told(ingest(asked)) == wanted[0]
    assert parts(asked.store) == wanted[1]
    webp = [path.stat().st_size for path in tree.rglob("*.webp")]
    assert sorted(looked) == sorted([*webp, len(b"no picture")])  # JPEG and PNG are known
    assert not asked.store.with_name("store.h5.work").exists()


def test_a_part_that_is_missing_is_told_and_nothing_stored(tree: Path) -> None:
    with pytest.raises(PartDone):
        ingest(request(tree, "seal", ClusterChoice(part=(1, 2))))
    asked = request(tree, "seal", SEAL)
    with pytest.raises(EngineError, match="of 9 units are not sealed"):
        ingest(asked)
    assert not asked.store.exists()


def test_a_file_that_changed_after_it_was_looked_at_is_looked_at_again(
    tree: Path, tmp_path: Path
) -> None:
    with pytest.raises(PartDone):
        ingest(request(tree, "seal", ClusterChoice(part=(1, 1))))
    changed = tree / "happy" / "00.png"
    facts, content = changed.stat(), changed.read_bytes()
    image = Image.fromarray(255 - np.asarray(Image.open(changed)))
    image.save(changed)
    assert len(changed.read_bytes()) == len(content), "the case needs an equal size"
    os.utime(changed, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    asked = request(tree, "seal", SEAL)
    ingest(asked)
    other = request(tree, "anew", None)
    ingest(other)
    assert parts(asked.store) == parts(other.store)


def test_one_file_is_read_here(csv: Path, tmp_path: Path) -> None:
    listen = AtFirst(lambda: None)
    asked = IngestRequest((csv,), tmp_path / "store.h5", cluster=SEAL)
    ingest(asked, listen)
    assert any("read by this process" in one for one in listen.notices)
    part = replace(asked, cluster=ClusterChoice(part=(1, 2)))
    with pytest.raises(UsageError, match="fer2013: no picture files"):
        ingest(part)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "fer2013.csv"
    pixels = " ".join(["7"] * 2304)
    lines = [f"{number % 7},{pixels},Training\n" for number in range(8)]
    path.write_text("emotion,pixels,Usage\n" + "".join(lines))
    return path


def test_a_worker_tells_what_it_finds_and_null_of_all_else(tree: Path, tmp_path: Path) -> None:
    files = [tree / "happy" / "00.png", tree / "happy" / "broken.png", tree / "sad" / "link.png"]
    (unit,) = units.decode_units(tree, [*files, tree / "none.png"])
    first, *others = json.loads(units.done(unit))
    assert first[1:] == [[48, 48], decode.image_facts(files[0].read_bytes()).digest, 1]
    assert others == [None, None, None]
    (tree / "happy" / "00.png").write_bytes(b"changed")
    assert json.loads(units.done(unit))[0] is None
    elsewhere = replace(unit, context={"root": str(tmp_path / "elsewhere")})
    with pytest.raises(InputError, match="no such folder on a worker"):
        units.done(elsewhere)


def test_a_worker_that_decodes_other_pixels_is_refused(tree: Path, tmp_path: Path) -> None:
    (unit,) = units.decode_units(tree, [tree / "happy" / "00.png"])
    folder = WorkFolder(tmp_path / "work")
    probe = folder.write_probe()
    canary = {**unit.arguments["canary"], "digest": "0" * 64}
    other = replace(unit, arguments={**unit.arguments, "canary": canary})
    assert "other bytes on a drawn picture" in work(other.to_text(), str(folder.path), probe)
    assert json.loads(work(unit.to_text(), str(folder.path), probe)) == {"sealed": True}


@pytest.mark.parametrize("content", [b"[]", b"{", b"[1, 2]", b'[["a", 3, "b", 1]]'])
def test_a_result_that_is_none_says_nothing(content: bytes) -> None:
    assert list(units._known(content, 1)) == [None]


def _killed(seen: Callable[[Event], None], tree: Path) -> dict[str, bytes]:
    asked = request(tree, "cluster", LOCAL)
    ingest(asked, seen)
    assert not asked.store.with_name("store.h5.work").exists()
    return parts(asked.store)


@pytest.mark.xdist_group("dask")
@pytest.mark.parametrize("kills", [False, True])
def test_a_cluster_decodes_and_may_lose_a_worker(
    tree: Path, wanted: tuple[object, dict[str, bytes]], kills: bool
) -> None:
    pytest.importorskip("distributed")
    psutil = pytest.importorskip("psutil")

    def kill() -> None:
        spawned = psutil.Process().children(recursive=True)
        workers = [one for one in spawned if "spawn_main" in " ".join(one.cmdline())]
        assert len(workers) == 2
        workers[0].kill()

    listen = AtFirst(kill if kills else lambda: None)
    assert _killed(listen, tree) == wanted[1]
    assert listen.done
    assert "units run on 2 workers on 1 machine" in listen.notices
