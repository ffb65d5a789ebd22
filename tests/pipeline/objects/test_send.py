"""Exports in an object store: sent whole, read by URL, replaced only where they are ours."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ConflictError, InputError
from fercurate.files.remote.objects import ObjectPlace
from fercurate.pipeline.objects.fetch import fetch
from fercurate.pipeline.objects.send import local_output, send
from fercurate.pipeline.objects.sums import MARK, SUMS
from fercurate.recipe.shipped import recipe_files
from tests.pipeline.objects.far import contents, files_of


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
    assert set(ObjectPlace.of(url).objects()) == {"a", MARK, SUMS}


@pytest.mark.parametrize("theirs", ["out/a", f"out/{SUMS}", "out/notes/mine.txt"])
def test_objects_of_others_are_not_replaced(bucket: str, tmp_path: Path, theirs: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a").write_text("ours")
    if "notes" in theirs:
        send(folder, ObjectPlace.of(f"{bucket}/out"))
    files_of(bucket).pipe(f"{bucket}/{theirs}", b"one")
    with (
        pytest.raises(ConflictError, match="that fercurate did not send"),
        local_output(f"{bucket}/out", overwrite=True),
    ):
        pass
    assert files_of(bucket).cat(f"{bucket}/{theirs}") == b"one"


def test_nothing_is_sent_of_what_failed(bucket: str) -> None:
    with suppress(KeyError), local_output(f"{bucket}/ours") as place:
        place.mkdir()
        raise KeyError
    assert ObjectPlace.of(f"{bucket}/ours").objects() == {}


def test_layouts_of_a_recipe_are_sent_beside_the_export(
    run: Callable[..., Any], bucket: str, shared_store: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "laid.yaml"
    shipped = recipe_files()["fer2013_seven"].read_text(encoding="utf-8")
    recipe.write_text(shipped + "to: [csv]\n", encoding="utf-8")
    done = run("build", "--recipe", recipe, "--store", shared_store, "-o", f"{bucket}/out/laid")
    assert done.code == 0, done.err
    assert f"{bucket}/out/laid.csv: csv" in done.out
    assert (fetch(f"{bucket}/out/laid.csv") / "layout.json").exists()
    assert (fetch(f"{bucket}/out/laid") / "train.h5").exists()


@pytest.mark.parametrize("name", ["a\u2028b", "a:b.png", " a", "a\nb", os.fsdecode(b"a\xff")])
def test_what_could_not_be_fetched_again_is_not_sent(
    bucket: str, tmp_path: Path, name: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("one")
    with pytest.raises(InputError, match=r"no name of a file|leads elsewhere"):
        send(tmp_path / "out", ObjectPlace.of(f"{bucket}/out"))
    assert ObjectPlace.of(f"{bucket}/out").objects() == {}
