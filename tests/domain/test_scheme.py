"""Label spaces: classes in order, each an expression or several."""

import numpy as np
import pytest

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
    ],
)
def test_what_is_no_label_space_is_refused(
    classes: tuple[str, ...], merged: dict[str, tuple[str, ...]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Scheme("own", classes, merged=merged)
