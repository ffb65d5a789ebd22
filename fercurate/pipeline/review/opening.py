"""From a request to a session: what is missing is measured, the queue is made, answers resumed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import LABEL
from fercurate.errors import InputError, StoreError, UsageError
from fercurate.pipeline.decisions.author import checked_author
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.measure.columns import stored_rows_where
from fercurate.pipeline.measure.instruments import choose_instruments
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.pipeline.measure.reviewed import ReviewedFault
from fercurate.pipeline.review.faults import (
    duplicate_queue,
    fault_chances,
    fault_queue,
    leak_queue,
)
from fercurate.pipeline.review.labels import (
    contradiction_queue,
    has_compound,
    label_noise_queue,
    prediction_queue,
    random_queue,
)
from fercurate.pipeline.review.queues import ReviewQueue
from fercurate.pipeline.review.request import (
    DUPLICATES,
    LABEL_NOISE,
    LEAKS,
    PREDICTIONS,
    QUEUES,
    RANDOM,
    RANDOM_QUESTIONS,
    ReviewRequest,
)
from fercurate.pipeline.review.session import ReviewSession
from fercurate.screening.learned.features import ScreenerFeatures, ScreenerViews
from fercurate.screening.screener import FAULTS, Screener
from fercurate.store.store import Store

_CRITERIA = {LABEL_NOISE: "label_noise", DUPLICATES: "duplicate", LEAKS: "duplicate"}
"""The criterion whose measurement a queue rests on, where it is not its own name."""


@contextmanager
def open_review(request: ReviewRequest, listen: Listener = ignore) -> Iterator[ReviewSession]:
    """A session, while the block runs. What the queue needs and the store lacks is measured first.

    Raises:
        UsageError: there is no such queue, or no author.
        InputError: nothing is to be asked, or the file of decisions holds something else.
        StoreError: the store is missing, busy or damaged.
        WhereError: the condition is none.
    """
    _check(request)
    author = checked_author(request.author)
    with ExitStack() as stack:
        opened = stack.enter_context(Store.open(request.store))
        store = stack.enter_context(measure(opened, _measures(request), listen))
        queue = _queue(store, request, listen)
        if request.where:
            chosen = np.zeros(len(store), dtype=bool)
            chosen[stored_rows_where(store, request.where)] = True
            queue = queue.only(chosen)
        if not len(queue):
            asks_label = queue.question == LABEL and has_compound(store)
            why = " (compound expressions are not asked about)" if asks_label else ""
            raise InputError(
                f"the queue {request.queue} holds no sample{why}",
                where=str(request.store),
                fix="Choose another --queue, or a --where that leaves some of it",
            )
        session = ReviewSession(store, request, queue, author)
        stack.callback(session.close)
        Thread(target=_import_ahead, daemon=True).start()
        yield session


def keep_learned(request: ReviewRequest, listen: Listener = ignore) -> bool:
    """Keep what was learned of a fault as a measurement: the criterion ``reviewed_occluded``.

    False where nothing was learned: too few answers, another file than the store's own, or a
    store that this user may not change.
    """
    own = request.decisions is None and request.queue in FAULTS and request.learn
    if not own:
        return False
    learned = ReviewedFault(request.queue)
    with Store.open(request.store) as store:
        if not learned.is_learnable(store):
            return False
        needed = MeasureRequest(_measures(request).measures, (learned,), jobs=request.jobs)
        try:
            with measure(store, needed, listen):
                return True
        except StoreError:
            return False


def _import_ahead() -> None:
    """What the first estimate needs and takes long to import, beside everything else."""
    import scipy.optimize  # noqa: PLC0415
    import scipy.stats  # noqa: F401, PLC0415


def _check(request: ReviewRequest) -> None:
    if request.queue not in QUEUES:
        raise UsageError(f"no queue {request.queue!r}", expected=f"one of {', '.join(QUEUES)}")
    if request.question not in RANDOM_QUESTIONS:
        listed = ", ".join(RANDOM_QUESTIONS)
        raise UsageError(f"no question {request.question!r}", expected=f"one of {listed}")
    if request.question != LABEL and request.queue != RANDOM:
        raise UsageError(f"--question is for --queue {RANDOM}: {request.queue} asks its own")
    if (request.cell or request.predictions) and request.queue != PREDICTIONS:
        raise UsageError(f"--cell and --predictions are for --queue {PREDICTIONS}")


def _measures(request: ReviewRequest) -> MeasureRequest:
    """What the queue rests on."""
    queue = request.queue
    named = [_CRITERIA[queue]] if queue in _CRITERIA else [queue] if queue in FAULTS else []
    needed = choose_instruments(named, None).request(request.jobs)
    if queue not in FAULTS or not request.learn:
        return needed
    more = (ScreenerViews(Screener()), ScreenerFeatures(Screener()))
    return MeasureRequest((*needed.measures, *more), needed.together, needed.spare, needed.jobs)


def _known_chances(store: Store, fault: str) -> NDArray[np.float64] | None:
    """What the screener says (N,) of a fault; None for a label, or if it has not looked."""
    try:
        return fault_chances(store, fault) if fault else None
    except StoreError:
        return None


def _queue(store: Store, request: ReviewRequest, listen: Listener) -> ReviewQueue:
    match request.queue:
        case "label_noise":
            queue = label_noise_queue(store, learn=request.learn)
        case "contradictions":
            queue = contradiction_queue(store)
        case "duplicates":
            queue = duplicate_queue(store, request.jobs, listen)
        case "leaks":
            queue = leak_queue(store, request.jobs, listen)
        case "predictions":
            queue = prediction_queue(store, request.predictions, request.cell)
        case "random":
            fault = request.question if request.question != LABEL else ""
            known = _known_chances(store, fault)
            queue = random_queue(store, request.question, known)
        case fault:
            queue = fault_queue(store, fault, learn=request.learn)
    return queue
