"""Codes without names: what explains them, and what is asked."""

import pytest

from fercurate.domain.taxonomy import label_maps
from fercurate.sources.names.label_orders import (
    CLASS_COUNTS,
    code_question,
    counts_from_one,
    fitting_orders,
    published_as,
)

PUBLISHED = [
    (order, {code: counts[name] for code, name in label_maps()[order].codes.items()
             if name in counts})
    for order, corpus in (("fer2013", "fer2013"), ("rafdb", "rafdb"), ("affectnet", "fer2013"),
                          ("alphabetical-7", "rafdb"))
    for counts in CLASS_COUNTS[corpus]
]  # fmt: skip


@pytest.mark.parametrize(("order", "counts"), PUBLISHED)
def test_published_counts_tell_the_order(order: str, counts: dict[str, int]) -> None:
    first = fitting_orders(counts)[0]
    assert published_as(counts, first)
    assert {c: first.expression(c) for c in counts} == {
        c: label_maps()[order].expression(c) for c in counts
    }
    assert "These are the published counts of" in code_question(counts, "x.csv", "codes").fix


def test_published_counts_sum_to_what_is_published() -> None:
    sums = {name: [sum(c.values()) for c in sets] for name, sets in CLASS_COUNTS.items()}
    assert sums == {"fer2013": [28709, 3589, 3589, 35887], "rafdb": [12271, 3068, 15339]}


@pytest.mark.parametrize("codes", ["1 2 3 4 5 6", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7 8"])
def test_codes_may_count_from_one(codes: str) -> None:
    assert counts_from_one(codes.split())


@pytest.mark.parametrize("codes", ["0 1 2 3 4 5 6", "1 2 3", "1 2 3 4 5 7", "3", ""])
def test_other_codes_do_not(codes: str) -> None:
    assert not counts_from_one(codes.split())


def test_the_doubted_order_is_offered_last() -> None:
    counts = dict.fromkeys("123456", 4)
    fix = code_question(counts, "x.csv", "the codes count from 1", "fer2013").fix
    assert fix.startswith("Possible readings: rafdb (1=surprise")
    assert "--label-map rafdb" in fix
