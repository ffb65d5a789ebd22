"""What the labels of a table mean: words, or codes that names or a label map explain.

A table is read once for its labels alone; what they mean is decided from all of them, and said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fercurate.domain.expression import EXPRESSIONS, parse_expression
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError

MOST_LABELS = 500
"""Different labels of a table; with more of them the column holds something else."""

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LabelMeaning:
    """What labels mean: by their text, the native label and the expression (if it names one).

    ``why`` says where that comes from, ``expected`` what a label may be.
    """

    native: Mapping[str, str]
    expressions: Mapping[str, str]
    why: str
    expected: str


def count_labels(labels: Iterable[str], where: str) -> Counter[str]:
    """Count labels by text.

    Raises:
        InputError: so many different ones that they are no classes.
    """
    counts: Counter[str] = Counter()
    for label in labels:
        counts[label] += 1
        if len(counts) > MOST_LABELS:
            raise InputError(f"over {MOST_LABELS} different labels, as {label[:40]!r}", where=where)
    return counts


def label_meaning(
    counts: Counter[str], names: Sequence[str], label_map: LabelMap | None, where: str
) -> LabelMeaning:
    """Decide what labels mean; ``names`` are those of the codes 0, 1, ... if the table has them.

    Raises:
        InputError: codes that nothing explains, no label that is an expression, or a label map
            that does not fit.
    """
    native = {text: _name(text, names) for text in counts}
    if label_map is not None:
        return _mapped(counts, native, label_map, where)
    codes = {text: count for text, count in counts.items() if is_code(text)}
    if codes and not names:
        raise InputError(
            f"labels are numbers without names: {_counted(codes)}",
            where=where,
            fix=f"Say what they mean with --label-map ({explaining_maps(codes)})",
        )
    _check_names(codes, names, where)
    expressions = {text: parse_expression(name) for text, name in native.items()}
    known = {text: name for text, name in expressions.items() if name}
    if counts and not known:
        words = ",".join(f"{word}=..." for word in list(dict.fromkeys(native.values()))[:_SHOWN])
        raise InputError(
            f"no label names an expression: {_counted(counts, native)}",
            where=where,
            fix=f"Say what they mean with --label-map {words!r}, names among "
            f"{', '.join(EXPRESSIONS)}, - for none",
        )
    if not codes:
        return LabelMeaning(native, known, "labels are words", ", ".join(EXPRESSIONS))
    text = ", ".join(f"{code}={name}" for code, name in enumerate(names))
    return LabelMeaning(native, known, f"codes named in the file: {text}", text)


def is_code(text: str) -> bool:
    """Whether a label is a whole number, as text."""
    return text.lstrip("-").isdecimal()


def _name(text: str, names: Sequence[str]) -> str:
    code = int(text) if text.isdecimal() and len(text) < 9 else -1
    return names[code] if 0 <= code < len(names) else text


def _check_names(codes: Mapping[str, int], names: Sequence[str], where: str) -> None:
    beyond = [text for text in codes if _name(text, names) == text and text not in names]
    unused = [name for code, name in enumerate(names) if str(code) not in codes]
    if beyond and unused:
        raise InputError(
            f"the file names the codes 0..{len(names) - 1}, but holds {_counted(codes)}",
            where=where,
            fix=f"Say what they mean with --label-map ({explaining_maps(codes)})",
        )


def _mapped(
    counts: Counter[str], native: Mapping[str, str], label_map: LabelMap, where: str
) -> LabelMeaning:
    codes = label_map.codes
    used = {key for text, name in native.items() for key in (text, name) if key in codes}
    if counts and not used:
        raise InputError(
            f"--label-map {label_map.name} explains none of the labels: {_counted(counts, native)}",
            where=where,
        )
    left = {t: n for t, n in counts.items() if is_code(t) and not {t, native[t]} & used}
    unused = [code for code, name in codes.items() if name in EXPRESSIONS and code not in used]
    if left and unused:
        raise InputError(
            f"--label-map {label_map.name} does not fit: {_counted(left)} are not in it, "
            f"and its {', '.join(unused)} never occur",
            where=where,
            fix=f"Labels are {_counted(counts, native)}: {explaining_maps(counts)}",
        )
    expressions = {
        text: codes.get(name) or label_map.expression(text) or parse_expression(name)
        for text, name in native.items()
    }
    known = {text: name for text, name in expressions.items() if name in EXPRESSIONS and name}
    why = f"labels read by --label-map {label_map.name} ({label_map.describe()})"
    return LabelMeaning(native, known, why, label_map.describe())


def explaining_maps(counts: Mapping[str, int]) -> str:
    """The shipped label maps that know every code of a table, or pairs to fill in, in words."""
    codes = {text for text in counts if is_code(text)}
    fitting = {name: set(m.codes) for name, m in label_maps().items() if codes <= set(m.codes)}
    exact = [name for name, known in fitting.items() if known == codes]
    others = [name for name in fitting if name not in exact]
    pairs = ",".join(f"{code}=..." for code in sorted(codes, key=_order)[:_SHOWN])
    texts = [f"with exactly these codes: {', '.join(exact)}"] if exact else []
    texts += [f"with these and more: {', '.join(others)}"] if others else []
    return "; ".join([*texts, f"or pairs: {pairs}"])


def _order(text: str) -> tuple[int, str]:
    return (int(text) if is_code(text) and len(text) < 9 else 0, text)


def _counted(counts: Mapping[str, int], native: Mapping[str, str] | None = None) -> str:
    shown = sorted(counts, key=_order)[:_SHOWN]
    texts = [f"{(native or {}).get(text, text)[:40]!r} {counts[text]:,}" for text in shown]
    return ", ".join(texts) + (", ..." if len(counts) > _SHOWN else "")
