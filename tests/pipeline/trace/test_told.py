"""What a trace prints: the same facts as text, as JSON and as a picture; and lists of samples."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.pipeline.measure.known import known_scores
from fercurate.pipeline.trace.listing import list_samples
from fercurate.screening.registry import preset_policy
from fercurate.store.store import Store
from tests.pipeline.trace.test_world import BROKEN_LINE, World, columns, fer, world_of


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def both(run: Any, *arguments: object) -> tuple[str, dict[str, Any]]:
    """A trace as text and as JSON."""
    shown, document = run("trace", *arguments), run("trace", *arguments, "--json")
    assert (shown.code, document.code) == (0, 0), shown.err
    return shown.out, json.loads(document.out)


def test_text_and_json_say_the_same_of_a_sample(run: Any, world: World) -> None:
    text, told = both(run, fer(3), "--store", world.store, "--export", world.export("made"))
    assert (told["kind"], told["is"], told["sample_id"]) == ("trace", "sample", fer(3))
    sample, decision = told["sample"], told["decision"]
    assert f"raw     fer2013.csv:{sample['raw']['line']} of fer2013" in text
    for file in sample["raw"]["ingest"]["inputs"]:
        assert f"{file['name']}, SHA-256 {file['sha256']}" in text
    cast = ", ".join(f"{name} {count}" for name, count in sample["votes"].items() if count)
    assert f"votes   {cast}" in text
    for name, one in told["criteria"].items():
        line = re.search(rf"^ +{name} +([\d.]+)", text, re.MULTILINE)
        assert (line is None) == (one["score"] is None)
        assert line is None or line[1] == f"{one['score']:.3f}"
    assert f"class   {decision['class']}: {decision['class_by']}" in text
    assert f"split   train of own: {decision['why']}" in text
    assert f"rows    {len(told['rows'])} of the export" in text
    for row in told["rows"]:
        assert f"{row['file']}:{row['row']} {row['label']} {row['op']}" in text
        assert str(row.get("values", "")) in text


def test_text_and_json_say_the_same_of_who_fell_out(run: Any, world: World) -> None:
    leaked = fer(world.planted["duplicate_across_usages"][0][0])
    text, told = both(run, leaked, "--store", world.store, "--export", world.export("copies"))
    assert (told["stage"], told["rows"]) == ("leaks", [])
    assert f"not in own: {told['decision']['why']}" in text  # which begins with the stage
    assert "leaks: leaks:" not in text
    for other in told["decision"]["group"]:
        assert f"with {other['sample_id']}: {other['class']}" in text


def test_text_and_json_say_the_same_of_a_reject(run: Any, world: World) -> None:
    text, told = both(run, f"fer2013.csv:{BROKEN_LINE}", "--store", world.store)
    assert (told["is"], told["stage"]) == ("reject", "ingest")
    assert told["reason"] in text
    assert told["reason"].startswith("E_PIXCOUNT: 2303 pixel values")


def test_votes_and_scores_are_those_of_the_store(run: Any, world: World) -> None:
    _, told = both(run, fer(7), "--store", world.store)
    row = world.rows[fer(7)]
    with Store.open(world.store) as store:
        assert told["sample"]["votes"] == dict(
            zip(VOTE_COLUMNS, store.votes[row].tolist(), strict=True)
        )
        assert told["sample"]["digest"] == store.manifest.text("digest")[row]
        scores = {
            **known_scores(store),
            **world.report.scores,
        }  # another test may have measured more
    assert set(told["criteria"]) == set(scores)
    for name, one in told["criteria"].items():
        known = float(scores[name][row])
        assert one["score"] == (pytest.approx(known, rel=1e-5) if np.isfinite(known) else None)
        assert one["threshold"] == preset_policy("balanced").threshold(name)
    flagged = {name for name, one in told["criteria"].items() if one["fails"]}
    assert (world.report.judgment.reasons[row] or None) in {None, *flagged}
    assert told["measurements"]["exposure"]["mean"] == pytest.approx(
        world.picture(7).mean(), rel=1e-4
    )


def test_what_is_unknown_is_one_line_and_a_code(run: Any, world: World) -> None:
    done = run("trace", "nobody", "--store", world.store)
    assert (done.code, done.out) == (1, "")
    assert "nobody: nothing is known of it" in done.err
    for wrong in ((), ("--list", "x"), ("x", "--where", "line > 1"), ("x", "--csv", "t.csv")):
        assert run("trace", *wrong, "--store", world.store).code == 2


def test_it_is_drawn_with_parents_and_rows(run: Any, world: World, tmp_path: Path) -> None:
    export = world.export("made")
    row = int(np.flatnonzero(columns(export / "train.h5")["op"] == "smote")[0])
    where = f"{export / 'train.h5'}:{row}"
    done = run("trace", where, "--store", world.store, "--picture", "row.png")
    assert done.code == 0, done.err
    alone = run("trace", fer(3), "--store", world.store, "--picture", "one.png")
    assert alone.code == 0, alone.err
    sizes = []
    for name in ("row.png", "one.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.format == "PNG"
            assert np.unique(np.asarray(picture.convert("L"))).size > 30
            sizes.append(picture.height * picture.width)
    assert sizes[0] > sizes[1]
    assert run("trace", where, "--picture", "without.png").code == 0, "the export has pictures"


@pytest.mark.parametrize("name", ["x.jpg", "x", "folder.png"])
def test_another_suffix_is_refused_before_anything_is_asked(
    run: Any, world: World, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    done = run("trace", fer(3), "--store", world.store, "--picture", name)
    assert done.code == 2
    assert not (tmp_path / name).is_file()


def test_a_rejected_line_has_no_picture(run: Any, world: World, tmp_path: Path) -> None:
    done = run("trace", f"fer2013.csv:{BROKEN_LINE}", "--store", world.store, "--picture", "x.png")
    assert (done.code, "no picture of it" in done.err) == (1, True)
    assert not (tmp_path / "x.png").exists()


def test_samples_are_listed_with_all_that_is_known(run: Any, world: World, tmp_path: Path) -> None:
    done = run("trace", "--list", "--store", world.store, "--where", "source = 'own'",
               "--csv", "own.csv", "--json")  # fmt: skip
    told = json.loads(done.out)
    names = [one["sample_id"] for one in told["samples"]]
    assert names == [name for name in world.rows if name.startswith("own:")]
    assert told["count"] == len(names)
    with (tmp_path / "own.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == told["samples"]
    assert {"constant", "verdict", "votes.happiness", "digest"} <= set(told["samples"][0])
    assert len(list_samples(world.store)) == len(world.rows)
