"""All tables of hostile inputs, run case by case."""

import random
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from benchmarks.torture import hostile
from benchmarks.torture.hostile.case import Case
from benchmarks.torture.report import Part


def all_cases() -> list[Case]:
    """Every case of every table, in the order of the modules' names."""
    found: list[Case] = []
    prefix = f"{hostile.__name__}."
    for module in sorted(walk_packages(hostile.__path__, prefix), key=lambda one: one.name):
        table = import_module(module.name)
        if table.__name__ != __name__ and hasattr(table, "cases"):
            found += table.cases()
    return found


def run_tables(work: Path, share: float) -> Iterator[Part]:
    """Run all cases, or a share of each kind, always the same ones; a part for each kind."""
    by_kind: dict[str, list[Case]] = {}
    for case in all_cases():
        by_kind.setdefault(case.kind, []).append(case)
    for kind, cases in by_kind.items():
        part = Part(f"hostile: {kind}")
        rng = random.Random(kind)
        for case in rng.sample(cases, max(round(len(cases) * share), 1)):
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            outcome, fault = case.run(work)
            part.count(1, outcome, f"{case.name}: {fault}" if fault else "")
        yield part
