"""Previews: which sheets there are, of which samples, and where they are put."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from fercurate.errors import ConflictError, FercurateError, InputError
from fercurate.files.folder import staged_folder
from fercurate.pipeline.preview import preview as module
from fercurate.pipeline.preview.preview import PREVIEW_FOLDER, SHEETS, PreviewRequest, preview
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.report.contact_sheet import ContactSheet
from fercurate.store.store import Store
from tests.pipeline.preview_recipes import COPIED, LIGHT, ONLINE, PLAIN, SMOTE


def look(text: str, store: Path, output: Path, **options: object) -> dict[str, str]:
    """Draw a preview; return its samples with their classes."""
    request = PreviewRequest(parse_recipe(text, "own.yaml"), store, output, **options)  # type: ignore[arg-type]
    return preview(request).samples


@pytest.mark.parametrize(
    ("text", "files"),
    [
        pytest.param(PLAIN, ["normalize.png"], id="nothing but normalize"),
        pytest.param(COPIED, ["normalize.png", "copies.png"], id="copies"),
        pytest.param(SMOTE, ["normalize.png", "synthetic.png"], id="smote"),
        pytest.param(ONLINE, ["normalize.png", "online.png"], id="online"),
        pytest.param(
            SMOTE.replace("balance: [", "balance: [{kind: random_under, strategy: {happy: 9}}, ")
            + "online: ten_percent_online\n",
            ["normalize.png", "synthetic.png", "online.png"],
            id="several",
        ),
    ],
)
def test_there_is_a_sheet_for_each_thing_that_a_recipe_has(
    shared_store: Path, tmp_path: Path, text: str, files: list[str]
) -> None:
    request = PreviewRequest(parse_recipe(text, "own.yaml"), shared_store, tmp_path / "new" / "o")
    report = preview(request)
    assert list(report.files) == files
    assert {path.name for path in (tmp_path / "new" / "o").iterdir()} == set(files)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["o"]
    for name in files:
        with Image.open(tmp_path / "new" / "o" / name) as image:
            assert min(image.size) > 96


def test_a_few_samples_of_each_class_of_train_are_drawn_by_the_seed(
    shared_store: Path, tmp_path: Path
) -> None:
    samples = look(PLAIN, shared_store, tmp_path / "a", per_class=4)
    with Store.open(shared_store) as store:
        manifest = store.manifest
        split = dict(zip(manifest.text("id"), manifest.text("native_split"), strict=True))
        label = dict(zip(manifest.text("id"), manifest.text("expression"), strict=True))
    counts = [list(samples.values()).count(name) for name in dict.fromkeys(samples.values())]
    assert counts == [4, 2, 4, 4, 4, 4, 4]
    assert {split[name] for name in samples} == {"Training"}
    assert all(label[name] == one for name, one in samples.items())
    assert list(look(PLAIN, shared_store, tmp_path / "b", per_class=4)) == list(samples)
    other = PLAIN.replace("seed: 5", "seed: 6")
    assert list(look(other, shared_store, tmp_path / "c", per_class=4)) != list(samples)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("fer2013:0000999", "did you mean 'fer2013:"),
        ("fer213:0000017", "did you mean 'fer2013:0000017'"),
        ("fer2013:17", "did you mean 'fer2013:0000017'"),
        ("elephant", "no sample has the id 'elephant'$"),
        ("fer2013:0000003,fer2013:3x", "no sample has the id 'fer2013:3x'"),
        ("", "no sample has the id ''$"),
    ],
)
def test_an_unknown_id_is_an_error_before_anything_is_measured(
    store: Path, tmp_path: Path, name: str, says: str
) -> None:
    head = store.read_bytes()
    request = PreviewRequest(load_recipe("clean_seven"), store, tmp_path / "o", (name,))
    with pytest.raises(InputError, match=says):
        preview(request)
    assert store.read_bytes() == head
    assert not (tmp_path / "o").exists()


def test_a_preview_is_replaced_only_when_told_and_only_by_its_own_files(
    shared_store: Path, tmp_path: Path
) -> None:
    output = tmp_path / "o"
    look(SMOTE, shared_store, output)
    with pytest.raises(ConflictError, match="--overwrite"):
        look(PLAIN, shared_store, output)
    assert (output / "synthetic.png").exists()
    look(PLAIN, shared_store, output, overwrite=True)
    assert [path.name for path in output.iterdir()] == ["normalize.png"]
    (output / "thesis.png").write_text("mine")
    with pytest.raises(ConflictError, match=r"thesis\.png"):
        look(PLAIN, shared_store, output, overwrite=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConflictError, match="not a folder"):
        look(PLAIN, shared_store, tmp_path / "file", overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "o"]


def test_a_refusal_of_a_preview_says_what_to_do(shared_store: Path, tmp_path: Path) -> None:
    output = tmp_path / "o"
    look(PLAIN, shared_store, output)
    with pytest.raises(ConflictError) as there:
        look(PLAIN, shared_store, output)
    assert there.value.message == (
        f"{output}: a preview is there already. "
        "Pass --overwrite to replace it, or choose another --output"
    )
    for name in ("b.txt", "a.txt"):
        (output / name).write_text("mine")
    with pytest.raises(ConflictError) as foreign:
        look(PLAIN, shared_store, output, overwrite=True)
    assert foreign.value.message == (
        f"{output}: the folder holds files that no preview made (a.txt, b.txt). "
        "Choose another --output; nothing was changed"
    )


def test_two_previews_in_one_place_are_refused(shared_store: Path, tmp_path: Path) -> None:
    with (
        staged_folder(tmp_path / "o", PREVIEW_FOLDER, overwrite=False),
        pytest.raises(FercurateError, match="another process is writing this preview"),
    ):
        look(PLAIN, shared_store, tmp_path / "o")


def test_a_preview_that_fails_leaves_the_one_before(
    shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(PLAIN, shared_store, tmp_path / "o")
    before = (tmp_path / "o" / "normalize.png").read_bytes()

    def broken(sheet: ContactSheet, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("full")

    monkeypatch.setattr(module, "write_sheet", broken)
    with pytest.raises(OSError, match="full"):
        look(LIGHT, shared_store, tmp_path / "o", overwrite=True)
    assert (tmp_path / "o" / "normalize.png").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


def test_previews_are_the_same_for_any_number_of_jobs(shared_store: Path, tmp_path: Path) -> None:
    text = SMOTE + "online: ewu_online\n"
    look(text, shared_store, tmp_path / "one", jobs=1)
    look(text, shared_store, tmp_path / "two", jobs=4)
    for path in (tmp_path / "one").iterdir():
        assert path.name in SHEETS
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes()


def test_the_store_gains_nothing_where_nothing_is_measured(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store.with_name("store.h5.parts"), tmp_path / "before")
    head = store.read_bytes()
    look(COPIED, store, tmp_path / "o")
    assert store.read_bytes() == head
    assert {p.name for p in store.with_name("store.h5.parts").iterdir()} == {
        p.name for p in (tmp_path / "before").iterdir()
    }


def test_a_store_is_opened_and_read_once(
    shared_store: Path, tmp_path: Path, opened: Counter[str]
) -> None:
    with Store.open(shared_store) as store:
        wanted = store.manifest.text("id")[0]
    before = Counter(opened)
    look(PLAIN, shared_store, tmp_path / "sheets", ids=(wanted,))
    assert opened["open"] - before["open"] == 1
    assert opened["manifest"] - before["manifest"] == before["manifest"]
