"""The state of a review: what comes next, what was answered, what is undone, and how it goes."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import LABEL, WITHDRAWN, Decision, Mode, answers_of
from fercurate.errors import UsageError
from fercurate.pipeline.decisions.decide import TOOL, SampleFacts, encoded_id
from fercurate.pipeline.review.answers import ReviewAnswers, shown_chance
from fercurate.pipeline.review.learning import ReviewLearner
from fercurate.pipeline.review.order import ReviewOrder
from fercurate.pipeline.review.progress import ReviewProgress
from fercurate.pipeline.review.queues import ReviewQueue
from fercurate.pipeline.review.request import ReviewRequest
from fercurate.screening.base import Score
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store


@dataclass(frozen=True, slots=True)
class ReviewTile:
    """One sample to decide on: its id, and what the author may see of what is known.

    ``given`` is the label that stands there, ``suggestion`` what may be the answer, ``chance``
    that it is faulty, ``other`` the id of the sample that it is compared with.
    """

    sample_id: str
    given: str = ""
    suggestion: str = ""
    chance: float | None = None
    other: str = ""

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "id": self.sample_id,
            "given": self.given,
            "suggestion": self.suggestion,
            "chance": self.chance,
            "other": self.other,
        }


class ReviewSession:
    """A review by one author of one queue of an open store.

    All its methods may be called from several threads. An answer is on disk when ``answer``
    returns.
    """

    def __init__(
        self, store: Store, request: ReviewRequest, queue: ReviewQueue, author: str
    ) -> None:
        self.store, self.request, self.queue, self.author = store, request, queue, author
        self.file = DecisionFile(request.decisions or store_decisions(store.path))
        self.facts = SampleFacts(store)
        self._places = np.full(len(store), -1, dtype=np.int64)
        self._places[queue.rows] = np.arange(len(queue))
        self._lock = RLock()
        self._chances = queue.chances
        self._answers = ReviewAnswers()
        self._shown_as_control: dict[int, bool] = {}
        self._batches: list[dict[int, Decision | None]] = []
        seed = hashlib.sha256(f"{author}\0{queue.name}\0{queue.question}".encode()).digest()
        drawn = int.from_bytes(seed[:8], "big")
        self._order = ReviewOrder(len(queue), drawn, controls=queue.whole)
        self._learner = None if queue.inputs is None else ReviewLearner(queue.inputs, self._rank)
        self._resume()

    def _resume(self) -> None:
        """Take up what the author has answered before, in any queue."""
        mine = [one for one in self.file.read().valid if one.author == self.author]
        for one in sorted(mine, key=lambda decision: decision.time):
            place = self.place_of(one.sample_id)
            if place is None or one.question != self.queue.question:
                continue
            row = int(self.queue.rows[place])
            other = self.queue.others.get(row)
            same_pair = other is None or one.given == self.facts.sample_id(other)
            if same_pair and one.digest == self.facts.digest(row):
                self._answers.add(place, one, shown_chance(one, float(self._chances[place])))
                self._order.answer(place)
        self._learn()
        self.wait()

    @property
    def is_grid(self) -> bool:
        """Whether many are shown at a time: for answers that are yes or no."""
        return self.queue.question != LABEL

    def place_of(self, sample_id: str) -> int | None:
        """The place of a sample in the queue; None if it is not there."""
        row = self.facts.row(sample_id)
        place = -1 if row is None else int(self._places[row])
        return None if place < 0 else place

    def next_tiles(self, count: int) -> list[ReviewTile]:
        """The next samples to decide on; the same ones until they are answered."""
        with self._lock:
            limit = self.request.limit
            left = count if not limit else min(count, limit - len(self._answers))
            coming = list(self._order.upcoming(max(left, 0)))
            self._shown_as_control |= dict(coming)
            return [self._tile(place) for place, _ in coming]

    def _tile(self, place: int) -> ReviewTile:
        row = int(self.queue.rows[place])
        name, other = self.facts.sample_id(row), self.queue.others.get(row)
        named = "" if other is None else self.facts.sample_id(other)
        if self.request.blind:
            return ReviewTile(name, other=named)
        suggested = self.queue.suggestions
        return ReviewTile(
            name,
            self.facts.given(row, self.queue.question),
            "" if suggested is None else str(suggested[place]),
            round(float(self._chances[place]), 3),
            named,
        )

    def cells(self) -> dict[tuple[str, str], int]:
        """How many unanswered samples have which label and which suggestion: a confusion table."""
        suggested = self.queue.suggestions
        if suggested is None or self.request.blind:
            return {}
        with self._lock:
            left = np.flatnonzero(self._order.unseen)
        labels = self._labels[left]
        return dict(sorted(Counter(zip(labels.tolist(), suggested[left], strict=True)).items()))

    @cached_property
    def _labels(self) -> NDArray[np.object_]:
        return self.store.manifest.text("expression")[self.queue.rows]

    def narrow(self, label: str = "", suggestion: str = "") -> None:
        """Show only samples with a label and a suggestion; all of them again without both."""
        suggested, chosen = self.queue.suggestions, None
        if suggested is not None and label and not self.request.blind:
            chosen = np.asarray((self._labels == label) & (suggested == suggestion))
        with self._lock:
            self._order.narrow(chosen)

    def answer(self, answers: Sequence[tuple[str, str]]) -> ReviewProgress:
        """Write answers (id, answer), all of them or none, and say how the review goes.

        Raises:
            UsageError: a sample is not in the queue, or answered twice; an answer is none.
            OSError: the disk is full.
        """
        with self._lock:
            told = self._checked(answers)
            coming = self._order.upcoming(len(told) + 1)
            shown = dict(coming) | self._shown_as_control  # it may have been ranked anew since
            controls = {p for p in told if shown.get(p) or self._answers.is_control(p)}
            before = {place: self._answers.get(place) for place in told}
            self._append([self._decision(p, a, control=p in controls) for p, a in told.items()])
            self._batches.append(before)
            self._learn()
            return self.progress()

    def _checked(self, answers: Sequence[tuple[str, str]]) -> dict[int, str]:
        """Answers by place.

        Raises:
            UsageError: as ``answer``.
        """
        told: dict[int, str] = {}
        for name, answer in answers:
            place = self.place_of(name)
            if place is None:
                raise UsageError(f"{name!r} is not in this queue")
            if not answer or answer not in answers_of(self.queue.question):
                raise UsageError(f"{answer!r} is no answer to {self.queue.question}")
            told[place] = answer
        if len(told) != len(answers) or not told:
            raise UsageError("a sample is answered twice, or none is")
        return told

    def _decision(self, place: int, answer: str, *, control: bool) -> Decision:
        row, question = int(self.queue.rows[place]), self.queue.question
        other = self.queue.others.get(row)
        given = self.facts.given(row, question) if question == LABEL else self._given(place, other)
        mode: Mode = "control" if control else "blind" if self.request.blind else "shown"
        return Decision(
            self.facts.sample_id(row),
            self.facts.digest(row),
            question,
            answer,
            given,
            self.author,
            "",
            mode,
            self.queue.name,
            TOOL,
        )

    def _given(self, place: int, other: int | None) -> str:
        """What stood there before: the chance of a fault, or the sample that was compared with."""
        return f"{self._chances[place]:.3f}" if other is None else self.facts.sample_id(other)

    def _append(self, decisions: list[Decision]) -> None:
        for one in self.file.append(decisions):
            place = int(self._places[self.facts.rows[encoded_id(one.sample_id)]])
            self._answers.add(place, one, float(self._chances[place]))
            if one.answer == WITHDRAWN:
                self._order.reopen(place)
            else:
                self._order.answer(place)

    def undo(self) -> list[str]:
        """Take back the last answers that were given together; returns whose they were.

        What was answered before them counts again. After a restart those are the last ones that
        were written at one time.

        Raises:
            OSError: the disk is full.
        """
        with self._lock:
            last = dict.fromkeys(self._answers.last_batch())
            batch = self._batches[-1] if self._batches else last
            undone = {p: self._answers[p] for p in batch if p in self._answers}
            if undone:
                self._append([_undoing(one, batch[place]) for place, one in undone.items()])
            del self._batches[-1:]
            return [one.sample_id for one in undone.values()]

    def _learn(self) -> None:
        if self._learner is not None:
            self._learner.learn_from(*self._answers.sure())

    def _rank(self, chances: Score) -> None:
        with self._lock:
            self._chances = chances
            self._order.rank(chances)

    def wait(self) -> None:
        """Wait for the ranking that runs, if one does."""
        if self._learner is not None:
            self._learner.wait()

    @property
    def tells_faults(self) -> bool:
        """Whether the author may know which answers found a fault: not if that tells the label."""
        return not (self.request.blind and self.queue.question == LABEL)

    def progress(self) -> ReviewProgress:
        """How the review goes."""
        with self._lock:
            return ReviewProgress.of(
                self._answers.faults(),
                self._answers.controls(),
                np.asarray(self._chances, dtype=np.float64),
                self._order.unseen,
                estimates=self.queue.whole and self.queue.estimates,
            )

    def close(self) -> None:
        """End what runs beside."""
        if self._learner is not None:
            self._learner.close()


def _undoing(decision: Decision, before: Decision | None) -> Decision:
    """The line that undoes a decision: the one before it again, or none."""
    return decision._replace(answer=WITHDRAWN, tool=TOOL) if before is None else before
