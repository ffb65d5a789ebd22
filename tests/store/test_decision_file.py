"""The file of decisions: whole lines whatever happens, appended by whoever, on disk at once."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.lines import decision_line, decision_lines
from fercurate.errors import FercurateError, InputError
from fercurate.store.decision_file import DecisionFile, store_decisions

REPOSITORY = Path(__file__).resolve().parents[2]
FIRST = "2026-01-02T03:04:05.000006Z"

WRITER = """
import sys, time
from pathlib import Path
from fercurate.store.decision_file import DecisionFile
from tests.store.test_decision_file import decided
name, path = sys.argv[1], Path(sys.argv[2])
print("ready", flush=True)
while not path.with_name("go").exists():
    time.sleep(0.001)
for batch in range(200):
    DecisionFile(path).append([decided(f"{name}:{batch}:{n}", author=name) for n in range(3)])
"""


def decided(name: str, **changes: Any) -> Decision:
    """A decision on a sample; its author has a letter of two bytes."""
    facts = {
        "sample_id": name,
        "digest": "0" * 64,
        "question": "label",
        "answer": "happy",
        "given": "sad",
        "author": "Zoë",
        "time": FIRST,
        "mode": "shown",
        "queue": "label_noise",
        "tool": "fercurate 0.1.0",
    }
    return Decision(**(facts | changes))


def ids(file: DecisionFile) -> list[str]:
    """The samples of its lines, in their order."""
    return [one.sample_id for one in file.read()]


@pytest.fixture
def file(tmp_path: Path) -> DecisionFile:
    """A file that is not there yet."""
    return DecisionFile(tmp_path / "decisions.jsonl")


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is forced to disk: for tests of what is in a file, many times over."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def test_a_file_that_is_not_there_holds_nothing(file: DecisionFile) -> None:
    assert len(file.read()) == 0
    assert not file.path.exists()
    assert store_decisions(Path("a/store.h5")) == Path("a/store.h5.decisions.jsonl")


def test_lines_come_back_under_the_present_time(file: DecisionFile) -> None:
    written = file.append([decided("a"), decided('b "quoted" \\ \n <b>', given="")])
    assert list(file.read()) == written
    assert [one._replace(time=FIRST) for one in written] == [
        decided("a"), decided('b "quoted" \\ \n <b>', given="")
    ]  # fmt: skip
    assert all(one.time > FIRST for one in written)
    assert file.path.read_bytes().count(b"\n") == 2


def test_two_processes_lose_nothing(file: DecisionFile) -> None:
    command = [sys.executable, "-c", WRITER]
    writers = [
        subprocess.Popen(
            [*command, name, file.path], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
        )
        for name in ("anna", "ben")
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    file.path.with_name("go").touch()
    assert [writer.communicate(timeout=60)[0] for writer in writers] == ["", ""]
    assert [writer.returncode for writer in writers] == [0, 0]
    history = file.read()
    names = [one.sample_id for one in history]
    assert sorted(names) == sorted(
        f"{name}:{batch}:{n}" for name in ("anna", "ben") for batch in range(200) for n in range(3)
    )
    assert [name[:-1] for name in names[::3]] == [name[:-1] for name in names[2::3]]
    times = [one.time for one in history]
    assert all(before < after for before, after in pairwise(times))
    authors = [one.author for one in history]
    assert sum(before != after for before, after in pairwise(authors)) > 1


def test_lines_are_on_disk_while_the_file_is_locked(
    file: DecisionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def synced(descriptor: int) -> None:
        os.fstat(descriptor)
        seen.append(file.path.read_bytes())
        with file.path.open("rb") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    monkeypatch.setattr(os, "fsync", synced)
    file.append([decided("a"), decided("b")])
    assert seen == [file.path.read_bytes()]
    assert seen[0].count(b"\n") == 2
    with file.path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.usefixtures("unsynced")
@pytest.mark.parametrize("before", [(), ("a",), ("a", "b")])
def test_a_torn_last_line_is_passed_over_and_mended(
    file: DecisionFile, before: tuple[str, ...]
) -> None:
    whole = decision_lines(map(decided, before)).encode()
    last = f"{decision_line(decided('last'))}\n".encode()
    for cut in range(len(last) + 1):
        file.path.write_bytes(whole + last[:cut])
        kept = [*before, "last"] if cut >= len(last) - 1 else list(before)
        assert ids(file) == kept, cut
        assert file.path.read_bytes() == whole + last[:cut]
        file.append([decided("new")])
        assert ids(file) == [*kept, "new"], cut
        start = whole + last if len(kept) > len(before) else whole
        assert file.path.read_bytes().startswith(start)
        assert file.path.read_bytes().count(b"\n") == len(kept) + 1


FOREIGN = {
    "text": b"hello\n",
    "text without end": b"hello",
    "a table": b"id,label\nx,happy\n",
    "other JSON": b'{"id": "x", "label": 3}\n',
    "JSON of several lines": b'{"id": "x",\n "label": 3}',
    "a list": b'["id"]',
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "zeros": bytes(100),
    "its own line, then something": f"{decision_line(decided('a'))}\nhello\n".encode(),
    "its own line, then a number": f"{decision_line(decided('a'))}\n7".encode(),
    "an answer that is none": f"{decision_line(decided('a', answer='fine'))}\n".encode(),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused_and_stays(file: DecisionFile, content: bytes) -> None:
    file.path.write_bytes(content)
    with pytest.raises(InputError, match="no file of decisions; nothing was written"):
        file.append([decided("new")])
    assert file.path.read_bytes() == content


def test_a_foreign_object_without_a_line_end_stays(file: DecisionFile) -> None:
    content = b'{"id": "x", "label": 3}'
    file.path.write_bytes(content)
    with pytest.raises(InputError):
        file.append([decided("new")])
    assert file.path.read_bytes() == content


def test_a_foreign_line_is_named_when_it_is_read(file: DecisionFile) -> None:
    file.path.write_text(f"{decision_lines([decided('a')])}hello\n{decision_lines([decided('b')])}")
    with pytest.raises(InputError, match=r"decisions.jsonl:2: no JSON object"):
        file.read()


def test_a_pipe_and_a_folder_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises((FercurateError, OSError)):
            DecisionFile(path).append([decided("a")])
        with pytest.raises(FercurateError):
            DecisionFile(path).read()


@pytest.mark.parametrize("failing", ["write", "fsync"])
def test_a_full_disk_leaves_the_file_as_before(
    file: DecisionFile, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    file.append([decided("a")])
    before, write = file.path.read_bytes(), os.write
    halves: list[int] = []

    def half(descriptor: int, content: Any) -> int:
        if halves:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        halves.append(write(descriptor, content[: len(content) // 2]))
        return halves[0]

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, failing, half if failing == "write" else full)
        with pytest.raises(OSError, match="No space left"):
            file.append([decided("b"), decided("c")])
    assert (halves != []) == (failing == "write")
    assert file.path.read_bytes() == before
    file.append([decided("d")])
    assert ids(file) == ["a", "d"]


def test_what_is_appended_while_the_file_is_replaced_is_in_the_new_one(file: DecisionFile) -> None:
    file.append([decided("old")])
    before = file.path.read_bytes()
    other = file.path.with_name("other.jsonl")
    other.write_text(decision_lines([decided("other")]))
    waiting = threading.Thread(target=file.append, args=([decided("new")],))
    with file.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        other.replace(file.path)
        fcntl.flock(held, fcntl.LOCK_UN)
        waiting.join(10)
        assert held.read() == before
    assert ids(file) == ["other", "new"]


def test_what_is_appended_while_the_file_is_removed_makes_a_new_one(file: DecisionFile) -> None:
    file.append([decided("old")])
    waiting = threading.Thread(target=file.append, args=([decided("new")],))
    with file.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting.start()
        waiting.join(0.2)
        file.path.unlink()
    waiting.join(10)
    assert ids(file) == ["new"]


def test_times_grow_where_the_clock_was_set_back(file: DecisionFile) -> None:
    ahead = "2090-01-01T00:00:00.000000Z"
    file.replace(DecisionHistory((decided("a", time=ahead),)))
    written = [file.append([decided("b"), decided("c")]), file.append([decided("d")])]
    times = [ahead, *(one.time for batch in written for one in batch)]
    assert all(before < after for before, after in pairwise(times))
    assert all(datetime.fromisoformat(time).year == 2090 for time in times)
    assert file.read().latest.keys() == {(name, "label", "Zoë") for name in "abcd"}


def test_a_file_written_whole_is_read_back(file: DecisionFile) -> None:
    history = DecisionHistory((decided("a"), decided("b\u2028c", author="<b>")))
    file.append([decided("before")])
    file.replace(history)
    assert file.read().decisions == history.decisions


def test_a_sample_whose_name_is_no_text_leaves_the_file_readable(file: DecisionFile) -> None:
    """Names of files need not be UTF-8, and sample ids are made of them."""
    file.append([decided("toy:b\udcffd.png")])
    file.append([decided("toy:c.png")])
    assert ids(file) == ["toy:b\udcffd.png", "toy:c.png"]


def test_a_long_name_leaves_the_file_readable(file: DecisionFile) -> None:
    """A path has up to 4,096 bytes."""
    file.append([decided("a/" * 1950)])
    file.append([decided("new")])
    assert ids(file) == ["a/" * 1950, "new"]


def test_a_line_of_no_day_is_refused(file: DecisionFile) -> None:
    file.path.write_text(decision_lines([decided("a", time="2026-13-45T00:00:00.000000Z")]))
    with pytest.raises(InputError):
        file.append([decided("b")])
