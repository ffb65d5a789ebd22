"""Filtering: measure what is missing, score every sample, judge it, and say why."""

import numpy as np

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.pipeline.engine.choice import engine_of
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.filter.page import write_page
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.filter.scores_file import check_scores, write_scores
from fercurate.pipeline.filter.verdicts import FilterReport, row_of
from fercurate.pipeline.measure.columns import SampleValues, parsed
from fercurate.pipeline.measure.instruments import (
    Instruments,
    choose_instruments,
    criterion_scores,
    measured_values,
)
from fercurate.pipeline.measure.latest import VOTES
from fercurate.pipeline.measure.measure import measure
from fercurate.report.folder import check_report_folder
from fercurate.screening.judge import Policy
from fercurate.store.store import Store


def filter_store(request: FilterRequest, listen: Listener = ignore) -> FilterReport:
    """Measure what is missing, judge every sample of a store, and write what is asked for.

    Raises:
        ConflictError: a place to write to holds something else.
        InputError: there is no sample to explain, or the face model is none.
        StoreError: the store is missing, busy or damaged.
        EngineError: the cluster does not answer, or cannot do a unit.
        UsageError: a threshold for an unknown criterion.
    """
    if request.report is not None:
        check_report_folder(request.report)
    if request.scores is not None:
        check_scores(request.scores)
    policy = request.policy()
    if request.where:
        parsed(request.where)
    instruments = choose_instruments(request.criteria(), request.face_model)
    with (
        Store.open(request.store) as stored,
        engine_of(request.cluster, request.store, listen, request.jobs) as engine,
    ):
        if request.explain is not None:
            row_of(stored.manifest, request.explain, request.store)
        with measure(stored, instruments.request(request.jobs, engine), listen) as store:
            report = _judged(store, request, policy, instruments)
            if request.scores is not None:
                write_scores(report, request.scores)
            if request.report is not None:
                write_page(report, store, request.report)
    return report


def _judged(
    store: Store, request: FilterRequest, policy: Policy, instruments: Instruments
) -> FilterReport:
    manifest, values = store.manifest, measured_values(store, instruments)
    scores = criterion_scores(values, request.criteria())
    report = FilterReport(
        request=request,
        rows=np.arange(len(manifest)),
        manifest=manifest,
        scores=scores,
        policy=policy,
        judgment=policy.judge(scores, len(manifest)),
        values=values,
        columns=instruments.columns | {VOTES: tuple(name.lower() for name in VOTE_COLUMNS)},
    )
    if not request.where:
        return report
    return report.only(SampleValues(store, policy, scores).rows(parsed(request.where)))
