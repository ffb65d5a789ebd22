"""Codes without names: which published orders explain them, and by how many rows of each class."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from fercurate.domain.taxonomy import NO_EXPRESSION, LabelMap, integer_text, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import RecordCounts

CLASS_COUNTS: Mapping[str, tuple[Mapping[str, int], ...]] = {
    "fer2013": (
        {
            "angry": 3995,
            "disgust": 436,
            "fear": 4097,
            "happy": 7215,
            "sad": 4830,
            "surprise": 3171,
            "neutral": 4965,
        },
        {
            "angry": 467,
            "disgust": 56,
            "fear": 496,
            "happy": 895,
            "sad": 653,
            "surprise": 415,
            "neutral": 607,
        },
        {
            "angry": 491,
            "disgust": 55,
            "fear": 528,
            "happy": 879,
            "sad": 594,
            "surprise": 416,
            "neutral": 626,
        },
        {
            "angry": 4953,
            "disgust": 547,
            "fear": 5121,
            "happy": 8989,
            "sad": 6077,
            "surprise": 4002,
            "neutral": 6198,
        },
    ),
    "rafdb": (
        {
            "surprise": 1290,
            "fear": 281,
            "disgust": 717,
            "happy": 4772,
            "sad": 1982,
            "angry": 705,
            "neutral": 2524,
        },
        {
            "surprise": 329,
            "fear": 74,
            "disgust": 160,
            "happy": 1185,
            "sad": 478,
            "angry": 162,
            "neutral": 680,
        },
        {
            "surprise": 1619,
            "fear": 355,
            "disgust": 877,
            "happy": 5957,
            "sad": 2460,
            "angry": 867,
            "neutral": 3204,
        },
    ),
}
"""Published rows by class: of FER-2013's usages (Training, PublicTest, PrivateTest, all), and of
RAF-DB's basic set (train, test, all)."""


_STRANGE_SHARE = 0.01
_CODE = re.compile(r"-?[0-9]{1,9}")


def is_code(label: str) -> bool:
    """Whether a label is a whole number, however it is written (``3``, ``3.0``)."""
    return _CODE.fullmatch(integer_text(label)) is not None


def fitting_orders(counts: Mapping[str, int]) -> list[LabelMap]:
    """The shipped label maps that explain every code, the likelier ones first.

    First come those with published counts, then those of which the fewest codes are missing. Maps
    of compound expressions are left out where others explain the codes.
    """
    every = [m for m in label_maps().values() if all(map(m.knows, counts))]
    fitting = [m for m in every if not m.is_compound] or every

    def rank(label_map: LabelMap) -> tuple[bool, int]:
        met = {label_map.code_of(code) for code in counts}
        named = {c for c, name in label_map.codes.items() if name != NO_EXPRESSION}
        return (not published_as(counts, label_map), len(named - met))

    return sorted(fitting, key=rank)


def published_as(counts: Mapping[str, int], label_map: LabelMap) -> str:
    """The corpus whose published rows by class these are under a map, or ""."""
    by_class = dict(_by_class(counts, label_map))
    return next((corpus for corpus, sets in CLASS_COUNTS.items() if by_class in sets), "")


def _by_class(counts: Mapping[str, int], label_map: LabelMap) -> Counter[str]:
    by_class: Counter[str] = Counter()
    for code, count in counts.items():
        by_class[label_map.expression(code) or ""] += count
    return by_class


def counts_from_one(codes: Sequence[str]) -> bool:
    """Whether codes are 1..k with k of 6 or more: an order that counts from 1."""
    numbers = sorted({int(integer_text(code)) for code in codes if is_code(code)})
    return len(numbers) >= 6 and numbers == list(range(1, len(numbers) + 1))


def read_order(totals: RecordCounts) -> LabelMap | None:
    """The shipped order in which codes without names were read; None for names and own maps."""
    codes = [(label, expression) for label, expression in totals.labels if is_code(label)]
    if not codes:
        return None
    orders = fitting_orders(code_counts(totals))
    orders += [m for m in label_maps().values() if m.is_compound and m not in orders]
    same = (m for m in orders if all(m.expression(c) == e for c, e in codes))
    return next(same, None)


def code_counts(totals: RecordCounts) -> Counter[str]:
    """Rows by code, of samples."""
    counts: Counter[str] = Counter()
    for (label, _), count in totals.labels.items():
        if is_code(label):
            counts[integer_text(label)] += count
    return counts


def codes_said(totals: RecordCounts) -> str:
    """The order in which codes were read, to be said; whether their counts prove it."""
    order = read_order(totals)
    if order is None:
        return ""
    corpus = published_as(code_counts(totals), order)
    if corpus:
        return f"; the published rows by class of {corpus}"
    return f"; codes read as those of {order.name}: {order.describe()}"


def refuse_order(totals: RecordCounts, where: str, is_published: bool = False) -> None:
    """Refuse codes that speak against the order in which they were read.

    They count from 1 and the order from 0, or it leaves one unexplained while its own never occurs.
    Of a corpus whose order ``is_published`` the first class may be missing, if no code is beyond.

    Raises:
        InputError: asking which order it is.
    """
    order = read_order(totals)
    counts = code_counts(totals)
    for label, count in totals.unexplained.items():
        counts[integer_text(label)] += count
    codes = [code for code in counts if is_code(code)]
    if order is None:
        return
    met = {order.code_of(code) for code in codes}
    unmet = [c for c, name in order.codes.items() if name != NO_EXPRESSION and c not in met]
    strange = [c for c in codes if not order.knows(c) and fitting_orders({c: 1})]
    many = sum(counts[c] for c in strange) >= max(2, _STRANGE_SHARE * counts.total())
    beyond = [c for c in codes if order.expression(c) in (None, NO_EXPRESSION)]
    if order.knows("0") and counts_from_one(codes) and (beyond or not is_published):
        why = f"the codes count from 1, those of {order.name} from 0"
    elif strange and unmet and many:
        known = ", ".join(unmet)
        why = f"{order.name} has no code {', '.join(strange)}, and its {known} never occurs"
    else:
        return
    raise code_question({code: counts[code] for code in codes}, where, why, order.name)


def code_question(counts: Mapping[str, int], where: str, why: str, doubted: str = "") -> InputError:
    """What is asked of codes without names: which of the orders that explain them it is.

    ``doubted`` names the order that the codes speak against; it is offered last, and none of
    simple expressions in place of one of compound ones.
    """
    shown = ", ".join(f"{code}: {counts[code]:,}" for code in sorted(counts, key=_by_number)[:12])
    orders = sorted(fitting_orders(counts), key=lambda order: order.name == doubted)
    is_compound = doubted in label_maps() and label_maps()[doubted].is_compound
    if is_compound:
        orders = [order for order in orders if order.is_compound]
    readings = [f"{m.name} ({m.describe()})" for m in orders[:3]]
    said = next((name for m in orders if (name := published_as(counts, m))), "")
    hint = f" These are the published counts of {said}." if said else ""
    known = f"Possible readings: {'; '.join(readings)}. " if readings else ""
    pairs = "0=happily_surprised,..." if is_compound else "0=angry,1=disgust,..."
    first = orders[0].name if orders else pairs
    return InputError(
        f"{why} (rows by code: {shown})",
        where=where,
        fix=f"{known}Say which with --label-map {first}, or with pairs.{hint}",
    )


def _by_number(code: str) -> tuple[int, str]:
    return (int(integer_text(code)), code) if is_code(code) else (1 << 30, code)
