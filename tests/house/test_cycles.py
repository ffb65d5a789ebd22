"""No module needs itself: what one stands on can be read without it."""

from graphlib import TopologicalSorter

import grimp

DOOR = "fercurate"
"""Names what it loads when it is asked; others import the version from it."""


def test_modules_form_no_cycle() -> None:
    graph = grimp.build_graph("fercurate", cache_dir=None)
    needed = {
        module: graph.find_modules_directly_imported_by(module) - {DOOR}
        for module in graph.modules - {DOOR}
    }
    assert len(list(TopologicalSorter(needed).static_order())) == len(needed)
