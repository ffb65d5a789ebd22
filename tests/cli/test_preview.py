"""``fercurate preview``: what is printed, where the sheets go, and what is refused."""

import json
from pathlib import Path
from typing import Any


def test_sheets_are_written_beside_the_exports(
    run: Any, shared_store: Path, tmp_path: Path
) -> None:
    done = run("preview", "--recipe", "fer_paper_seven", "--store", shared_store)
    assert done.code == 0
    assert done.out.splitlines() == [
        "fer_paper_seven: 20 samples of 7 classes",
        "in data/processed/preview-fer_paper_seven: normalize.png, online.png",
        "look at data/processed/preview-fer_paper_seven/normalize.png; then: fercurate build, with "
        "the same --recipe",
    ]
    folder = tmp_path / "data" / "processed" / "preview-fer_paper_seven"
    assert {path.name for path in folder.iterdir()} == {"normalize.png", "online.png"}
    again = run("preview", "--recipe", "fer_paper_seven", "--store", shared_store)
    assert again.code == 2
    assert "--overwrite" in again.err


def test_json_names_the_samples_and_the_files(run: Any, shared_store: Path) -> None:
    arguments = ["preview", "--recipe", "fer2013_seven", "--store", shared_store, "--json"]
    ids = ["--ids", "fer2013:0000003,fer2013:0000005", "--id", "fer2013:0000004"]
    facts = json.loads(run(*arguments, *ids, "-o", "looks").out)
    assert list(facts) == ["schema_version", "kind", "name", "output", "files", "samples"]
    assert (facts["schema_version"], facts["kind"]) == (1, "preview")
    assert (facts["name"], facts["output"]) == ("fer2013_seven", "looks")
    assert facts["files"] == ["normalize.png"]
    assert [one["sample_id"][-1] for one in facts["samples"]] == ["3", "5", "4"]
    assert all(set(one) == {"sample_id", "class"} for one in facts["samples"])


def test_what_cannot_be_shown_is_refused(run: Any, shared_store: Path, tmp_path: Path) -> None:
    arguments = ["preview", "--recipe", "fer2013_seven", "--store", shared_store]
    unknown = run(*arguments, "--ids", "fer2013:3")
    assert unknown.code == 1
    assert "did you mean 'fer2013:0000003'" in unknown.err
    assert run(*arguments, "--per-class", "0").code == 2
    assert run(*arguments, "--output", "").code == 2
    assert run("preview", "--recipe", "nothing", "--store", shared_store).code == 2
    assert not (tmp_path / "data").exists()
