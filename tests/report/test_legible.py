"""Text of anyone, made fit to be shown."""

import pytest

from fercurate.report.legible import legible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Zoë 李雷 🙂.png", "Zoë 李雷 🙂.png", id="letters of any script"),
        pytest.param("a\nb\tc", "a\\nb\\tc", id="line break and tab"),
        pytest.param("a\x1b[31m", "a\\x1b[31m", id="terminal escape"),
        pytest.param("\udce9.png", "\\xe9.png", id="undecodable byte"),
        pytest.param("a\u2066b", "a\\u2066b", id="direction of writing"),
    ],
)
def test_text_is_made_legible(text: str, shown: str) -> None:
    assert legible(text) == shown
