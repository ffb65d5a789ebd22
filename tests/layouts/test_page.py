"""docs/trainers.md says what the presets say."""

from fercurate.layouts.registry import LAYOUTS
from tests.layouts.page import PAGE, table, written


def test_the_table_of_trainers_is_that_of_the_presets() -> None:
    assert written() == table(), "rewrite it with: python -m tests.layouts.page"


def test_every_layout_has_its_row() -> None:
    text = PAGE.read_text()
    assert all(f"\n| `{layout.kind}` | " in text for layout in LAYOUTS)
