"""An output folder that changes from one whole state to the next."""

from pathlib import Path

import pytest

from fercurate.errors import ConflictError, StoreError
from fercurate.files import folder as module
from fercurate.files.folder import FolderKind, check_folder, staged_folder


def listed(folder: Path) -> frozenset[str]:
    """The files that a box lists, and the list."""
    contents = folder / "list"
    return frozenset([*contents.read_text().split(), "list"]) if contents.is_file() else frozenset()


BOX = FolderKind(
    noun="a box",
    option="--box",
    files=listed,
    busy=StoreError,
    ignores=lambda name: name.endswith(".tmp"),
    expected="a new folder, or a box",
    fix="Pass --overwrite",
)
FOLLOWING = FolderKind("a box", "--box", listed, StoreError, fix="Pass --overwrite", follows=True)


def write(folder: Path, text: str, kind: FolderKind = BOX, overwrite: bool = True) -> None:
    with staged_folder(folder, kind, overwrite) as staging:
        (staging / "below").mkdir()
        (staging / "below" / "file").write_text(text)
        (staging / "list").write_text("below/file")


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


BOXED = {"below/file": "one", "list": "below/file"}


@pytest.fixture
def box(tmp_path: Path) -> Path:
    write(tmp_path / "box", "one")
    return tmp_path / "box"


def test_a_folder_appears_whole_with_its_parents(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "box"
    with staged_folder(target, BOX, False) as staging:
        (staging / "list").write_text("")
        assert not target.exists()
    assert tree(tmp_path) == {"a/b/box/list": ""}


def test_a_folder_is_replaced_whole(box: Path) -> None:
    with staged_folder(box, BOX, True) as staging:
        (staging / "list").write_text("")
        assert tree(box) == BOXED
    assert tree(box.parent) == {"box/list": ""}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    write(tmp_path / "box", "one", overwrite=False)
    assert tree(tmp_path / "box") == BOXED


@pytest.mark.parametrize("kind", [BOX, FOLLOWING], ids=["box", "following"])
def test_an_error_leaves_everything_as_it_was(box: Path, kind: FolderKind) -> None:
    def write_half() -> None:
        with staged_folder(box, kind, True) as staging:
            (staging / "list").write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write_half()
    assert tree(box.parent) == {f"box/{name}": text for name, text in BOXED.items()}


@pytest.mark.parametrize(
    ("files", "named"),
    [
        pytest.param(["notes.txt"], "notes.txt", id="a file"),
        pytest.param(["below/mine"], "below/mine", id="a file in a folder of ours"),
        pytest.param(["below/file/mine"], "below/file/mine", id="a folder for a file of ours"),
        pytest.param(["mine/"], "mine/", id="an empty folder"),
        pytest.param(["d", "a/x", "a-b", "c"], "a-b, a/x, c", id="three are named, in order"),
    ],
)
def test_files_of_others_are_never_touched(box: Path, files: list[str], named: str) -> None:
    for name in files:
        path = box / name
        if path.parent.is_file():
            path.parent.unlink()
        path.parent.mkdir(exist_ok=True)
        path.mkdir() if name.endswith("/") else path.write_text("mine")
    before = tree(box.parent)
    with pytest.raises(ConflictError) as caught:
        write(box, "two")
    assert caught.value.message == (
        f"{box}: the folder holds files that no box made ({named}); "
        "expected a new folder, or a box. Choose another --box; nothing was changed"
    )
    assert tree(box.parent) == before


def test_files_that_come_during_the_writing_are_not_touched(box: Path) -> None:
    with pytest.raises(ConflictError, match="mine"), staged_folder(box, BOX, True):
        (box / "mine").write_text("mine")
    assert tree(box) == BOXED | {"mine": "mine"}
    assert list(box.parent.iterdir()) == [box]


def test_what_is_nobodys_goes_unasked(box: Path) -> None:
    (box / "below" / "x.tmp").write_text("nobody's")
    write(box, "two")
    assert tree(box) == BOXED | {"below/file": "two"}


def test_a_folder_of_nobodys_files_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "x.tmp").write_text("nobody's")
    check_folder(tmp_path, BOX, overwrite=False)


def test_a_folder_of_ours_is_replaced_only_when_told(box: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        check_folder(box, BOX, overwrite=False)
    assert caught.value.message == f"{box}: a box is there already. Pass --overwrite"
    check_folder(box, BOX, overwrite=True)


def test_something_else_than_a_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConflictError, match=r"file: not a folder\. Choose another --box$"):
        write(tmp_path / "file", "one")
    assert tree(tmp_path) == {"file": "mine"}


def test_a_link_is_refused_or_followed(box: Path) -> None:
    link = box.with_name("link")
    link.symlink_to(box)
    with pytest.raises(ConflictError, match="not a folder"):
        write(link, "two")
    write(link, "two", FOLLOWING)
    assert link.is_symlink()
    assert tree(box) == BOXED | {"below/file": "two"}


def test_a_link_in_a_folder_is_a_file_and_is_not_followed(box: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    (box / "below" / "link").symlink_to(tmp_path / "mine")
    with pytest.raises(ConflictError, match=r"\(below/link\)"):
        write(box, "two")
    (box / "list").write_text("below/file below/link")
    write(box, "two")
    assert tree(tmp_path / "mine") == {"file": "mine"}


@pytest.mark.parametrize("kind", [BOX, FOLLOWING], ids=["box", "following"])
def test_a_link_to_itself_is_refused(tmp_path: Path, kind: FolderKind) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ConflictError, match="not a folder"):
        check_folder(tmp_path / "loop", kind, overwrite=True)


def test_two_writers_of_one_folder_are_refused(box: Path) -> None:
    with staged_folder(box, BOX, True) as staging:
        (staging / "list").write_text("")
        with pytest.raises(StoreError, match="another process is writing this box"):
            write(box, "two")
    assert tree(box.parent) == {"box/list": ""}


def test_the_next_run_removes_what_a_killed_one_left(box: Path) -> None:
    (box.parent / ".box.fercurate-partial").mkdir()
    (box.parent / ".box.fercurate-partial" / "file").write_text("half")
    (box.parent / ".box.fercurate-lock").touch()
    write(box, "two")
    assert list(box.parent.iterdir()) == [box]
    assert tree(box) == BOXED | {"below/file": "two"}


class TestWhereTheSystemCannotSwap:
    """Two renames, and what can come between them."""

    @pytest.fixture(autouse=True)
    def no_exchange(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_exchange", lambda first, second: False)

    def test_a_folder_is_replaced_all_the_same(self, box: Path) -> None:
        write(box, "two")
        assert tree(box) == BOXED | {"below/file": "two"}
        assert list(box.parent.iterdir()) == [box]

    def test_the_old_one_comes_back_if_the_second_rename_fails(
        self, box: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rename = Path.rename

        def failing(path: Path, target: Path) -> Path:
            if path.name.endswith("-partial"):
                raise OSError("refused")
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", failing)
        with pytest.raises(OSError, match="refused"):
            write(box, "two")
        assert tree(box) == BOXED
        assert list(box.parent.iterdir()) == [box]

    def test_the_next_run_brings_back_what_one_killed_between_them_moved_away(
        self, box: Path
    ) -> None:
        box.rename(box.parent / ".box.fercurate-old")
        with pytest.raises(ConflictError, match="a box is there already"):
            write(box, "two", overwrite=False)
        assert tree(box) == BOXED
        write(box, "two")
        assert list(box.parent.iterdir()) == [box]
