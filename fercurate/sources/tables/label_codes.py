"""What the labels of a table mean: words, or codes that names or a label map explain.

A table is read once for its labels alone; what they mean is decided from all of them, and said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fercurate.domain.expression import EXPRESSIONS, KNOWN_EXPRESSIONS, parse_label
from fercurate.domain.sample import Reject, RejectCode
from fercurate.domain.taxonomy import LabelMap
from fercurate.errors import InputError
from fercurate.sources.names.label_orders import code_question, is_code

MOST_LABELS = 500
"""Different labels of a table; with more of them the column holds something else."""

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LabelMeaning:
    """What labels mean: by their text, the native label and the expression (if it names one).

    ``expected`` says in words what a label may be.
    """

    native: Mapping[str, str]
    expressions: Mapping[str, str]
    expected: str

    def unknown_label(self, label: str, origin: str, row: int) -> Reject:
        """The reject of a 0-based row whose label names no expression."""
        shown = self.native.get(label, label)[:40]
        message = f"label {shown!r} of row {row}; expected {self.expected}"
        return Reject(RejectCode.LABEL, message, origin, row + 1, label=shown)


def unknown_split(split: str, origin: str, row: int) -> Reject:
    """The reject of a 0-based row whose split is none of the known words."""
    message = f"split {split[:40]!r} of row {row}; expected train, val or test"
    return Reject(RejectCode.USAGE, message, origin, row + 1)


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
    native = {text: code_name(text, names) for text in counts}
    if label_map is not None:
        return _mapped(counts, native, label_map, where)
    codes = {text: count for text, count in counts.items() if is_code(text)}
    if codes and not names:
        raise code_question(codes, where, "the labels are codes without names")
    _check_names(codes, names, where)
    expressions = {text: parse_label(name) for text, name in native.items()}
    known = {text: name for text, name in expressions.items() if name}
    if counts and not known:
        words = ",".join(f"{word}=..." for word in list(dict.fromkeys(native.values()))[:_SHOWN])
        if not any(native.values()):
            raise InputError(f"all {sum(counts.values()):,} labels are empty", where=where)
        raise InputError(
            f"no label names an expression: {_counted(counts, native)}",
            where=where,
            fix=f"Say what they mean with --label-map {words!r}, names among "
            f"{', '.join(EXPRESSIONS)}, - for none",
        )
    named = ", ".join(f"{code}={name}" for code, name in enumerate(names))
    return LabelMeaning(native, known, named if codes else ", ".join(EXPRESSIONS))


def code_name(text: str, names: Sequence[str]) -> str:
    """The name of a code 0, 1, ...; what has none stays as it is."""
    code = int(text) if text.isdecimal() and len(text) < 9 else -1
    return names[code] if 0 <= code < len(names) else text


def _check_names(codes: Mapping[str, int], names: Sequence[str], where: str) -> None:
    beyond = [text for text in codes if code_name(text, names) == text and text not in names]
    unused = [name for code, name in enumerate(names) if str(code) not in codes]
    if beyond and unused:
        why = f"the file names the codes 0..{len(names) - 1} and holds others"
        raise code_question(codes, where, why)


def _mapped(
    counts: Counter[str], native: Mapping[str, str], label_map: LabelMap, where: str
) -> LabelMeaning:
    """What labels mean by a map: of their codes, or of the names that the file gives these."""
    told = {text: text if label_map.knows(text) else name for text, name in native.items()}
    used = {label_map.code_of(label) for label in told.values()} - {None}
    if counts and not used:
        raise InputError(
            f"--label-map {label_map.name} explains none of the labels: {_counted(counts, native)}",
            where=where,
        )
    left = {t: n for t, n in counts.items() if is_code(t) and not label_map.knows(told[t])}
    unused = [code for code, name in label_map.codes.items() if code not in used and name != "-"]
    if left and unused:
        why = f"--label-map {label_map.name} leaves {', '.join(left)} unexplained, and its own "
        raise code_question(counts, where, f"{why}{', '.join(unused)} never occurs")
    expressions = {text: label_map.expression(label) for text, label in told.items()}
    known = {text: name for text, name in expressions.items() if name in KNOWN_EXPRESSIONS and name}
    return LabelMeaning(told, known, label_map.describe())


def _counted(counts: Mapping[str, int], native: Mapping[str, str] | None = None) -> str:
    shown = sorted(counts)[:_SHOWN]
    texts = [f"{(native or {}).get(text, text)[:40]!r} {counts[text]:,}" for text in shown]
    return ", ".join(texts) + (", ..." if len(counts) > _SHOWN else "")
