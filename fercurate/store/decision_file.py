"""``decisions.jsonl``: read whole, changed only by appending lines that are on disk at once.

A file lies where its owner wants it; the one beside a store is the store's own. Several processes
may append to one file: each locks it for as long as its lines take. What a killed one left of its
last line is cut off by the next.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.history import DecisionHistory, without_collection
from fercurate.domain.decisions.lines import (
    MOST_LINE,
    LineError,
    decision_line,
    decision_lines,
    parse_lines,
)
from fercurate.errors import InputError
from fercurate.files.atomic import whole_file
from fercurate.files.regular import check_regular, is_regular, read_regular

_MOST_BYTES = 4 << 30
_TAIL_BYTES = 1 << 19
"""Bytes at the end of a file that hold at least its last line."""

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_BETWEEN = timedelta(milliseconds=1)
"""Between lines of different times at least: those of one time are a microsecond apart."""


def store_decisions(store: Path) -> Path:
    """The file of decisions that is a store's own: ``store.h5.decisions.jsonl``."""
    return store.with_name(f"{store.name}.decisions.jsonl")


@dataclass(frozen=True)
class DecisionFile:
    """A file of decisions, which need not exist yet."""

    path: Path

    def read(self) -> DecisionHistory:
        """Everything that was decided; nothing where there is no file.

        A last line that a killed process left unfinished is passed over.

        Raises:
            InputError: a line is no decision, or the file cannot be read.
        """
        if not is_regular(self.path) and not self.path.exists():
            return DecisionHistory()
        try:
            content = read_regular(self.path, _MOST_BYTES)
        except OSError as error:
            raise InputError(str(error.strerror or error), where=str(self.path)) from None
        return parse_decisions(content, str(self.path))

    def append(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Add decisions under the present time, and return them with it.

        They are on disk when this returns. They are later than the last line, also where the clock
        was set back meanwhile, so that of what is appended the last line of a key counts.

        Raises:
            InputError: the file holds something else.
            OSError: the disk is full, or the file cannot be written.
        """
        with self._locked() as descriptor:
            last = _mend_end(descriptor, self.path)
            timed = _timed(decisions, last)
            _write_lines(descriptor, timed, self.path)
        return timed

    def take(self, decisions: Sequence[Decision]) -> None:
        """Add decisions of others, under the times that they have.

        Raises:
            InputError, OSError: as ``append``.
        """
        with self._locked() as descriptor:
            _mend_end(descriptor, self.path)
            _write_lines(descriptor, decisions, self.path)

    def unite(self, others: Sequence[DecisionHistory]) -> DecisionHistory:
        """Make the file the union of itself and others, in one step; returns it.

        Raises:
            InputError: the file holds something else.
            OSError: the disk is full, or the folder cannot be written.
        """
        with self._locked():
            history = DecisionHistory.union([self.read(), *others])
            self.replace(history)
        return history

    def replace(self, history: DecisionHistory) -> None:
        """Write a whole file, in one step.

        Raises:
            OSError: the disk is full, or the folder cannot be written.
        """
        with whole_file(self.path) as staged:
            staged.write_text(history.text, encoding="utf-8")

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, made if it is missing, open for appending; waits for who else appends."""
        if self.path.exists():
            check_regular(self.path)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
        while True:
            descriptor = os.open(self.path, flags, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if self.path.exists() and os.path.samestat(os.fstat(descriptor), self.path.stat()):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)


def parse_decisions(content: bytes, where: str) -> DecisionHistory:
    """Read the bytes of a file; an unfinished last line is passed over.

    Raises:
        InputError: a line is no decision.
    """
    end = content.rfind(b"\n") + 1
    text, rest = content[:end].decode("utf-8", "surrogateescape"), content[end:]
    with without_collection():
        try:
            decisions = parse_lines(text)
        except LineError as fault:
            raise InputError(
                str(fault),
                where=f"{where}:{fault.number}",
                expected="a line as fercurate writes it (docs/review.md)",
                fix="Restore the file, or take that line out",
            ) from None
        decisions += _finished(rest)
    return DecisionHistory(tuple(decisions))


def _finished(rest: bytes) -> list[Decision]:
    """The decision of a last line that lacks only its end; none if it is torn."""
    try:
        return parse_lines(rest.decode("utf-8", "surrogateescape"))
    except LineError:
        return []


def _mend_end(descriptor: int, path: Path) -> str:
    """Finish or cut off a torn last line; return the time of the last decision, "" for none.

    Raises:
        InputError: the file holds something else.
    """
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL_BYTES)
    tail = os.pread(descriptor, size - start, start)
    whole, end, rest = tail.rpartition(b"\n")
    if rest and _finished(rest):
        _write_all(descriptor, b"\n")
        return _finished(rest)[0].time
    last = whole.rpartition(b"\n")[2]
    found = _finished(last)
    if (last.strip() and not found) or (rest and not _is_torn(rest)):
        raise InputError(
            "no file of decisions; nothing was written", where=str(path), fix="Name another file"
        )
    if rest:
        os.ftruncate(descriptor, start + len(whole) + len(end))
    return found[0].time if found else ""


def _is_torn(rest: bytes) -> bool:
    """Whether the end of a file is the beginning of a line of ours, and nothing that is whole."""
    begin = b'{"id": "'
    if not rest.startswith(begin[: len(rest)]):
        return False
    try:
        json.loads(rest)
    except ValueError:
        return True
    return False


def _write_lines(descriptor: int, decisions: Sequence[Decision], path: Path) -> None:
    """Append lines.

    Raises:
        InputError: one is longer than lines may be; none is written.
        OSError: the disk is full.
    """
    for one in decisions:
        if len(decision_line(one)) > MOST_LINE:
            found = f"{one.sample_id[:40]}...: a line of more than {MOST_LINE:,} characters"
            raise InputError(found, where=str(path))
    _write_all(descriptor, decision_lines(decisions).encode())


def _timed(decisions: Sequence[Decision], last: str) -> list[Decision]:
    now = datetime.now(UTC)
    if last:
        now = max(now, datetime.fromisoformat(last) + _BETWEEN)
    return [
        one._replace(time=(now + timedelta(microseconds=number)).strftime(_TIME))
        for number, one in enumerate(decisions)
    ]


def _write_all(descriptor: int, content: bytes) -> None:
    """Append bytes and force them to disk; what a full disk left of them is taken back."""
    size = os.fstat(descriptor).st_size
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise
