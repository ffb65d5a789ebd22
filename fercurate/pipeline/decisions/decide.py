"""``decide``: answers by hand about stored samples, without a browser."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate import __version__
from fercurate.domain.decisions.decision import (
    KEEP,
    LABEL,
    SAME_PICTURE,
    WITHDRAWN,
    Decision,
    Mode,
    answers_of,
)
from fercurate.domain.expression import parse_expression
from fercurate.domain.text import did_you_mean, plural
from fercurate.errors import InputError, UsageError
from fercurate.files.regular import open_regular_text
from fercurate.pipeline.decisions.author import checked_author
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.screening.registry import CRITERIA_BY_NAME
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store

SCHEMA_VERSION = 1
TOOL = f"fercurate {__version__}"
BY_HAND = "decide"
"""The queue of decisions that no queue asked for."""

QUESTIONS: tuple[str, ...] = (
    LABEL,
    KEEP,
    *(name for name, one in CRITERIA_BY_NAME.items() if not one.from_answers),
    SAME_PICTURE,
)
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about one sample; ``other`` is the sample that ``same_picture`` names."""

    sample_id: str
    question: str
    answer: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """Answers of one author, and the file to append them to: the store's own if None."""

    store: Path
    answers: tuple[Answer, ...]
    author: str = ""
    decisions: Path | None = None
    mode: Mode = "shown"


@dataclass(frozen=True, repr=False)
class DecideReport(HasOverview):
    """What was written: decisions, and the file."""

    path: Path
    decisions: tuple[Decision, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many answers by question."""
        counted: dict[str, Counter[str]] = {}
        for one in self.decisions:
            counted.setdefault(one.question, Counter())[one.answer or "undone"] += 1
        return {question: dict(sorted(found.items())) for question, found in counted.items()}

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "decide",
            "file": str(self.path),
            "author": self.decisions[0].author if self.decisions else "",
            "written": len(self.decisions),
            "answers": self.counts(),
        }

    def overview(self) -> Overview:
        """How many of which kind."""
        rows = tuple(
            (question, answer, count)
            for question, answers in self.counts().items()
            for answer, count in answers.items()
        )
        said = f"{plural(len(self.decisions), 'decision')} written to {self.path.name}"
        return Overview(said, (OverviewTable("answers", ("question", "answer", "samples"), rows),))


def decide(request: DecideRequest) -> DecideReport:
    """Append answers to a file of decisions; either all of them or none.

    Raises:
        InputError: the store has no such sample, or the file holds something else.
        UsageError: an answer is none, a sample is answered twice, or there is no author.
        StoreError: the store is missing or damaged.
    """
    author = checked_author(request.author)
    if not request.answers:
        raise UsageError("there is nothing to decide", expected="a sample and an answer")
    with Store.open(request.store) as store:
        decisions = list(_decisions(store, request, author))
        path = request.decisions or store_decisions(store.path)
    written = DecisionFile(path).append(decisions)
    return DecideReport(path, tuple(written))


def _decisions(store: Store, request: DecideRequest, author: str) -> Iterator[Decision]:
    facts = SampleFacts(store)
    missing = [a.sample_id for a in request.answers if facts.row(a.sample_id) is None]
    missing += [a.other for a in request.answers if a.other and facts.row(a.other) is None]
    if missing:
        some = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
        raise InputError(
            f"{plural(len(missing), 'sample')} not stored: {some}",
            where=str(store.path),
            fix="See the ids with: fercurate trace --list",
        )
    asked: set[tuple[str, str]] = set()
    for one in request.answers:
        answer = checked_answer(one.question, one.answer)
        if bool(one.other) != (one.question == SAME_PICTURE) or one.other == one.sample_id:
            raise UsageError(f"{one.sample_id}: {SAME_PICTURE}, and it alone, names another sample")
        if (one.sample_id, one.question) in asked:
            raise UsageError(f"{one.sample_id}: {one.question} is answered twice")
        asked.add((one.sample_id, one.question))
        row = facts.rows[encoded_id(one.sample_id)]
        yield Decision(
            one.sample_id,
            facts.digest(row),
            one.question,
            answer,
            one.other or facts.given(row, one.question),
            author,
            "",
            request.mode,
            BY_HAND,
            TOOL,
        )


class SampleFacts:
    """What decisions repeat of stored samples: id, digest, and what stood there before.

    Texts stay encoded until they are asked for: a million of them would take seconds.
    """

    def __init__(self, store: Store) -> None:
        self._manifest = store.manifest
        ids: list[bytes] = self._manifest.encoded("id").tolist()
        self.rows = {name: row for row, name in enumerate(ids)}

    def row(self, sample_id: str) -> int | None:
        """The row of a sample; None if it is not stored."""
        try:
            return self.rows.get(encoded_id(sample_id))
        except UnicodeEncodeError:  # half a surrogate pair, which JSON may hold, is no name
            return None

    def _text(self, column: str, row: int) -> str:
        value: bytes = self._manifest.encoded(column)[row]
        return value.decode("utf-8", "surrogateescape")

    def sample_id(self, row: int) -> str:
        """The id of a row."""
        return self._text("id", row)

    def digest(self, row: int) -> str:
        """The digest of a row's pixels."""
        return self._text("digest", row)

    def given(self, row: int, question: str) -> str:
        """What stood there: the label; nothing for a question about the picture."""
        return self._text("expression", row) if question == LABEL else ""


def encoded_id(sample_id: str) -> bytes:
    """An id as the manifest holds it."""
    return sample_id.encode("utf-8", "surrogateescape")


def checked_answer(question: str, answer: str) -> str:
    """Return an answer in the word that files hold; ``undo`` is the empty text.

    Raises:
        UsageError: there is no such question, or it has no such answer.
    """
    if question not in QUESTIONS:
        raise UsageError(
            f"no question {question!r}{did_you_mean(question, QUESTIONS)}",
            expected=f"one of {', '.join(QUESTIONS)}",
        )
    known = answers_of(question)
    word = answer.strip().casefold()
    if word == "undo":
        return WITHDRAWN
    if question == LABEL and word not in known:
        word = parse_expression(answer) or word
    if word not in known or not word:
        listed = ", ".join(one for one in known if one)
        raise UsageError(
            f"{answer!r} is no answer to {question}{did_you_mean(word, known)}",
            expected=f"one of {listed}, undo",
        )
    return word


_IDS = ("id", "sample_id")


def read_answers(path: Path) -> tuple[Answer, ...]:
    """Read a CSV of ids with a column a question: ``id,label`` or ``id,occluded,keep``.

    Empty cells are no answers.

    Raises:
        InputError: it cannot be read, or its columns are no questions.
    """
    try:
        with open_regular_text(path, newline="") as file:
            return tuple(_answers_in(csv.DictReader(file, strict=True), path))
    except (OSError, csv.Error) as error:
        raise InputError(f"cannot be read ({error})", where=str(path)) from None


def _answers_in(reader: "csv.DictReader[str]", path: Path) -> Iterator[Answer]:
    names: Sequence[str] = reader.fieldnames or ()
    key = next((name for name in names if name in _IDS), "")
    questions = [name for name in names if name != key]
    wrong = [name for name in questions if name not in QUESTIONS or name == SAME_PICTURE]
    if not key or not questions or wrong:
        found = f"the columns {', '.join(names) or 'none'}"
        raise InputError(
            found, where=f"{path}:1", expected="id, and columns named by questions such as label"
        )
    for row in reader:
        if None in row or None in row.values():
            raise InputError(
                "more or fewer cells than the header", where=f"{path}:{reader.line_num}"
            )
        for question in questions:
            text = row[question].strip()
            if not text:
                continue
            try:
                checked_answer(question, text)
            except UsageError as error:
                where = f"{path}:{reader.line_num}"
                raise InputError(error.found, where=where, expected=error.expected) from None
            yield Answer(row[key], question, text)
