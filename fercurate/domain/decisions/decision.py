"""One decision: what one author answered to one question about the pixels of one sample."""

from collections.abc import Collection
from typing import Literal, NamedTuple, get_args

from fercurate.domain.expression import EXPRESSIONS

LABEL, KEEP, SAME_PICTURE = "label", "keep", "same_picture"
"""Questions beside those of criteria: which expression, whether to keep it, and whether it is the
same picture as the sample that ``given`` names."""

NOT_A_FACE, UNSURE, WITHDRAWN = "not_face", "unsure", ""
"""Answers: to ``label`` that there is no face; that one cannot tell; and that an answer is undone.
"""

YES, NO = "yes", "no"

LABEL_ANSWERS: tuple[str, ...] = (*EXPRESSIONS, NOT_A_FACE, UNSURE, WITHDRAWN)
OTHER_ANSWERS: tuple[str, ...] = (YES, NO, UNSURE, WITHDRAWN)

Mode = Literal["blind", "shown", "control"]
"""Whether what stood there before was hidden, shown, or the sample was a random control."""

MODES: tuple[str, ...] = get_args(Mode)

MOST_AUTHOR = 64
"""Characters of an author's name at most."""


class Decision(NamedTuple):
    """One answer, as one line of ``decisions.jsonl`` holds it.

    Attributes:
        sample_id: the sample.
        digest: SHA-256 (64 hex digits) of its pixels (``domain.sample.pixel_digest``).
        question: ``label``, ``keep``, ``same_picture``, or a criterion such as ``occluded``.
        answer: an expression, ``not_face`` or ``unsure`` to ``label``; else ``yes``, ``no`` or
            ``unsure``. The empty text undoes an earlier answer.
        given: what stood there before: the label, the score, or the id of the other sample.
        author: who answered.
        time: when, in UTC, ISO 8601 with microseconds and ``Z``.
        mode: ``blind``, ``shown`` or ``control``.
        queue: the queue that asked; ``decide`` for a decision by hand.
        tool: name and version of the program.
    """

    sample_id: str
    digest: str
    question: str
    answer: str
    given: str
    author: str
    time: str
    mode: str
    queue: str
    tool: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Sample, question and author: of the decisions of one key the latest counts.

        Which other sample ``same_picture`` is about is part of the question.
        """
        question = self.question
        if question == SAME_PICTURE:
            question = f"{question} {self.given}"
        return self.sample_id, question, self.author


def answers_of(question: str) -> tuple[str, ...]:
    """The answers that a question has."""
    return LABEL_ANSWERS if question == LABEL else OTHER_ANSWERS


def author_fault(author: str) -> str:
    """What is wrong with an author's name; "" if nothing is."""
    if not author or author != author.strip():
        return "an author has a name, without spaces around it"
    if not author.isprintable() or len(author) > MOST_AUTHOR:
        return f"an author's name has at most {MOST_AUTHOR} characters, all of them printable"
    return ""


def is_drop(question: str, answer: str) -> bool:
    """Whether an answer says that a sample is not to be learned from."""
    if question == LABEL:
        return answer == NOT_A_FACE
    if question == SAME_PICTURE:
        return False
    return answer == (NO if question == KEEP else YES)


def ordered_questions(questions: Collection[str]) -> list[str]:
    """Questions in their order: ``label``, ``keep``, criteria by name, ``same_picture``."""
    order = {LABEL: 0, KEEP: 1, SAME_PICTURE: 3}
    return sorted(questions, key=lambda one: (order.get(one, 2), one))
