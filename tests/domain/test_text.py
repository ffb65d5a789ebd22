"""Columns of text: how often each stands there, and where."""

from fercurate.domain.text import encode_text, text_counts, text_pair_counts, text_rows

NOTHING = encode_text([])
FRUIT = encode_text(["pear", "apple", "", "äpfel", "apple"])


def test_texts_are_counted_in_their_order() -> None:
    counts = text_counts(FRUIT)
    assert counts == {"": 1, "apple": 2, "pear": 1, "äpfel": 1}
    assert list(counts) == ["", "apple", "pear", "äpfel"]
    assert text_counts(NOTHING) == {}


def test_pairs_are_counted_within_the_first_text() -> None:
    colors = encode_text(["green", "red", "red", "red", "green"])
    assert text_pair_counts(FRUIT, colors) == {
        "": {"red": 1},
        "apple": {"green": 1, "red": 1},
        "pear": {"green": 1},
        "äpfel": {"red": 1},
    }
    assert text_pair_counts(NOTHING, NOTHING) == {}


def test_a_text_is_at_its_first_row_or_nowhere() -> None:
    wanted = ["apple", "plum", "", "äpfel", "zz"]
    assert text_rows(FRUIT, wanted).tolist() == [1, -1, 2, 3, -1]
    assert text_rows(NOTHING, wanted).tolist() == [-1] * 5
    assert text_rows(FRUIT, []).tolist() == []
