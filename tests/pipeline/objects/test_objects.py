"""Corpora and exports in an object store: fetched whole, compared, sent whole."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ConflictError, InputError
from fercurate.files.remote.objects import ObjectFacts, ObjectPlace
from fercurate.pipeline.objects.fetch import fetch
from fercurate.pipeline.objects.send import local_output, send
from fercurate.pipeline.objects.sums import SENDING, SUMS
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet


def files_of(bucket: str) -> Any:
    import s3fs

    del bucket
    return s3fs.S3FileSystem()


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the objects that were fetched."""
    names: list[str] = []
    own = ObjectPlace.fetch

    def noted(self: ObjectPlace, name: str, path: Path) -> None:
        names.append(name)
        own(self, name, path)

    monkeypatch.setattr(ObjectPlace, "fetch", noted)
    return names


def test_corpora_are_ingested_by_url(
    run: Callable[..., Any], bucket: str, fer_folder: Path, tmp_path: Path
) -> None:
    write_affectnet(tmp_path / "affectnet", per_class=2, seed=1, size=32)
    files = files_of(bucket)
    files.put(str(tmp_path / "affectnet"), f"{bucket}/raw/affectnet", recursive=True)
    files.put(str(fer_folder / "fer2013.csv"), f"{bucket}/raw/fer2013.csv")
    urls = f"{bucket}/raw/affectnet/", f"{bucket}/raw/fer2013.csv"
    assert run("ingest", *urls, "--store", "far.h5").code == 0
    paths = tmp_path / "affectnet", fer_folder / "fer2013.csv"
    assert run("ingest", *paths, "--store", "near.h5").code == 0
    with Store.open("far.h5") as far, Store.open("near.h5") as near:
        assert far.digest() == near.digest()
        assert [e.command for e in far.lineage] == [e.command for e in near.lineage]


def test_only_what_changed_is_fetched_again(bucket: str, fetched: list[str]) -> None:
    files = files_of(bucket)
    for name, content in (("a", b"one"), ("b/c", b"two"), ("d", b"three")):
        files.pipe(f"{bucket}/x/{name}", content)
    folder = fetch(f"{bucket}/x")
    assert contents(folder) == {"a": b"one", "b/c": b"two", "d": b"three"}
    fetched.clear()
    assert fetch(f"{bucket}/x") == folder
    assert fetched == []
    files.pipe(f"{bucket}/x/a", b"ONE")
    files.rm(f"{bucket}/x/d")
    (folder / "b" / "c").write_bytes(b"tvo")  # the copy was changed by somebody else
    fetch(f"{bucket}/x")
    assert sorted(fetched) == ["a", "b/c"]
    assert contents(folder) == {"a": b"ONE", "b/c": b"two"}


def test_an_interrupted_fetch_goes_on(
    bucket: str, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(bucket)
    for number in range(4):
        files.pipe(f"{bucket}/x/{number}", bytes([number]) * 100)
    own = ObjectPlace.fetch

    def broken(self: ObjectPlace, name: str, path: Path) -> None:
        own(self, name, path)
        if name == "2":
            raise InputError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(ObjectPlace, "fetch", broken)
        with pytest.raises(InputError, match="gone"):
            fetch(f"{bucket}/x")
    index = next(Path(p) for p in [*_cache(bucket).glob("*/fetched.jsonl")])
    done = {json.loads(line)[0] for line in index.read_text().splitlines()}
    with index.open("a") as out:
        out.write('["3", 100, "half')  # as a kill leaves it
    fetched.clear()
    assert len(contents(fetch(f"{bucket}/x"))) == 4
    assert not done & set(fetched)
    assert "2" in fetched


def _cache(bucket: str) -> Path:
    import os

    del bucket
    return Path(os.environ["FERCURATE_CACHE"]) / "objects"


def test_digests_that_stand_beside_are_compared(bucket: str) -> None:
    files = files_of(bucket)
    files.pipe(f"{bucket}/x/a", b"one")
    told = hashlib.sha256(b"other").hexdigest()
    files.pipe(f"{bucket}/x/{SUMS}", f"{told}  a\n".encode())
    with pytest.raises(InputError, match="a: other bytes than SHA256SUMS says"):
        fetch(f"{bucket}/x")
    right = hashlib.sha256(b"one").hexdigest()
    files.pipe(f"{bucket}/x/{SUMS}", f"{right} *./a\n".encode())
    assert contents(fetch(f"{bucket}/x")) == {"a": b"one"}
    files.pipe(f"{bucket}/x/{SUMS}", f"{right}  a\n{right}  b\n".encode())
    with pytest.raises(InputError, match="names b, which is not there"):
        fetch(f"{bucket}/x")
    for line in (f"{right}  ../a", "a", f"{right}  /etc/passwd"):
        files.pipe(f"{bucket}/x/{SUMS}", f"{line}\n".encode())
        with pytest.raises(InputError, match="line 1 is none of sha256sum's"):
            fetch(f"{bucket}/x")


@pytest.mark.parametrize("name", ["../a", "/a", "b/../../a", "C:/a", "a\0", "..\\a", "./a"])
def test_a_name_that_leads_elsewhere_is_refused(
    bucket: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {name: ObjectFacts(1, "t")}
    monkeypatch.setattr(ObjectPlace, "objects", lambda _: listed)
    with pytest.raises(InputError, match="whose name leads elsewhere"):
        fetch(f"{bucket}/x")


def test_a_cut_object_is_no_object(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files_of(bucket).pipe(f"{bucket}/x/a", b"one")
    monkeypatch.setattr(ObjectPlace, "fetch", lambda _, __, path: path.write_bytes(b"on"))
    with pytest.raises(InputError, match="2 bytes came; expected 3 bytes"):
        fetch(f"{bucket}/x")
    assert not [path for path in _cache(bucket).rglob("*") if path.name == "a"]


def test_more_than_the_disk_holds_is_not_begun(
    bucket: str, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObjectPlace, "objects", lambda _: {"a": ObjectFacts(1 << 60, "t")})
    with pytest.raises(InputError, match=r"are to be fetched, and .* are free"):
        fetch(f"{bucket}/x")
    assert fetched == []


def test_what_is_not_there_is_said(bucket: str) -> None:
    with pytest.raises(InputError, match="no such object"):
        fetch(f"{bucket}/nothing")
    with pytest.raises(InputError, match="s3://no-such-bucket/x"):
        fetch("s3://no-such-bucket/x")


def test_an_export_is_sent_whole_and_read_by_url(
    run: Callable[..., Any], bucket: str, shared_store: Path, tmp_path: Path
) -> None:
    build = ("build", "--recipe", "fer2013_seven", "--store", shared_store)
    assert run(*build, "-o", "near").code == 0
    url = f"{bucket}/exports/far"
    done = run(*build, "-o", url)
    assert done.code == 0
    assert f"in {url}: " in done.out
    assert {"test.h5", "recipe.lock", SUMS} <= {
        path.rpartition("/")[2] for path in files_of(bucket).find(f"{bucket}/exports/far")
    }
    near, far = contents(tmp_path / "near"), contents(fetch(url))
    differing = {name for name in near | far if near.get(name) != far.get(name)}
    assert differing <= {"recipe.lock"}  # it has the time
    assert run("verify", url).code == 0
    assert json.loads(run("stats", url, "--json").out)["splits"]
    assert run("audit", url, "--max-leak", "1").code == 0
    assert run("export", url, "--to", "imagefolder", "-o", f"{bucket}/exports/tree").code == 0
    assert (fetch(f"{bucket}/exports/tree") / "layout.json").exists()
    assert not [*(tmp_path / "cache" / "outgoing").iterdir()]
    again = run(*build, "-o", url)
    assert again.code != 0
    assert "objects are there already" in again.err
    assert run(*build, "-o", url, "--overwrite").code == 0


def test_a_send_that_was_interrupted_is_no_export(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = tmp_path / "out", f"{bucket}/out"
    folder.mkdir()
    for name in "abc":
        (folder / name).write_text(name)
    own = ObjectPlace.send

    def broken(self: ObjectPlace, path: Path, name: str) -> None:
        if name == "c":
            raise InputError("gone")
        own(self, path, name)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectPlace, "send", broken)
        with pytest.raises(InputError, match="gone"):
            send(folder, ObjectPlace.of(url))
    with pytest.raises(InputError, match="is being sent, or was interrupted"):
        fetch(url)
    with pytest.raises(ConflictError, match="interrupted while it was sent"), local_output(url):
        pass
    with local_output(url, overwrite=True) as place:
        place.mkdir()
        (place / "a").write_text("new")
    assert contents(fetch(url)) == {"a": b"new"}
    assert SENDING not in ObjectPlace.of(url).objects()


def test_objects_of_others_are_not_replaced(bucket: str) -> None:
    files_of(bucket).pipe(f"{bucket}/theirs/a", b"one")
    with (
        pytest.raises(ConflictError, match="were not sent by fercurate"),
        local_output(f"{bucket}/theirs", overwrite=True),
    ):
        pass
    with suppress(KeyError), local_output(f"{bucket}/ours") as place:
        place.mkdir()
        raise KeyError
    assert ObjectPlace.of(f"{bucket}/ours").objects() == {}
