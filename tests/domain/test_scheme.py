"""Label spaces: classes in order, each an expression or several."""

import numpy as np
import pytest

from fercurate.domain.expression import COMPOUND_EXPRESSIONS, EXPRESSIONS
from fercurate.domain.taxonomy import Scheme, schemes

MERGED = Scheme(
    "own", ("negative", "happy"), merged={"negative": ("angry", "sad"), "happy": ("happy",)}
)


def test_a_merged_class_takes_all_its_expressions() -> None:
    assert MERGED.codes == {"angry": 0, "sad": 0, "happy": 1}
    found = MERGED.encode(["happy", "sad", "fear", "angry", "", "negative"])
    np.testing.assert_array_equal(found, [1, 0, -1, 0, -1, -1])


def test_a_class_that_is_not_merged_is_its_expression() -> None:
    for scheme in schemes().values():
        assert list(scheme.codes) == list(scheme.classes)
        np.testing.assert_array_equal(scheme.encode(scheme.classes), range(len(scheme.classes)))


@pytest.mark.parametrize(
    ("classes", "merged", "says"),
    [
        (("a", "happy"), {"a": ("angry", "joyful")}, "unknown expressions"),
        (("a", "happy"), {"a": ("angry", "happy")}, "happy in more than one class"),
        (("a", "a"), {"a": ("angry",)}, "each named once"),
        (("a",), {"a": ("angry",)}, "at least two classes"),
        (("a", "b"), {"a": ("angry",)}, "unknown expressions"),
        (("happy", "happily_surprised"), {}, "happy is a simple expression and happily_surprised"),
        (("a", "sad"), {"a": ("sadly_angry",)}, "sad is a simple expression and sadly_angry"),
        (("a", "b"), {"a": ("sadly_angry", "sad"), "b": ("happy",)}, "make two recipes"),
    ],
)
def test_what_is_no_label_space_is_refused(
    classes: tuple[str, ...], merged: dict[str, tuple[str, ...]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Scheme("own", classes, merged=merged)


def test_simple_and_compound_expressions_lie_outside_each_others_schemes() -> None:
    kinds = {name: scheme.is_compound for name, scheme in schemes().items()}
    assert [name for name, compound in kinds.items() if compound] == ["compound_11"]
    for name, compound in kinds.items():
        others = EXPRESSIONS if compound else COMPOUND_EXPRESSIONS
        np.testing.assert_array_equal(schemes()[name].encode(others), [-1] * len(others))
    eleven = schemes()["compound_11"]
    np.testing.assert_array_equal(eleven.encode(COMPOUND_EXPRESSIONS), range(11))
    own = Scheme("own", ("a", "b"), merged={"a": ("sadly_angry",), "b": ("sadly_fearful",)})
    assert own.is_compound
