"""What the campaign counts, and how it is printed."""

from dataclasses import dataclass, field

from benchmarks.torture.sandbox import Outcome

_SHOWN = 12


@dataclass
class Part:
    """A part of the campaign: its tries and their faults."""

    name: str
    tries: int = 0
    seconds: float = 0.0
    peak: int = 0
    faults: list[str] = field(default_factory=list)

    def count(self, tries: int, outcome: Outcome, fault: str = "") -> None:
        """Take in some tries that ended in one outcome, and what was wrong beside it."""
        self.tries += tries
        self.seconds = max(self.seconds, outcome.seconds / max(tries, 1))
        self.peak = max(self.peak, outcome.peak)
        if fault or outcome.crash:
            self.faults.append(fault or outcome.crash)


def table(parts: list[Part]) -> str:
    """The figures of all parts, and the first faults."""
    lines = [f"{'part':<52} {'tries':>10} {'faults':>7} {'slowest':>9} {'memory':>9}"]
    for part in parts:
        slowest, memory = f"{part.seconds:.2f} s", f"{part.peak / 1e6:,.0f} MB"
        row = (part.name[:52], f"{part.tries:,}", len(part.faults), slowest, memory)
        lines.append("{:<52} {:>10} {:>7} {:>9} {:>9}".format(*row))
    total, wrong = sum(part.tries for part in parts), sum(len(part.faults) for part in parts)
    lines.append(f"{'all':<52} {total:>10,} {wrong:>7}")
    shown = [f"{part.name}: {fault}" for part in parts for fault in part.faults[:_SHOWN]]
    return "\n".join([*lines, *shown])
