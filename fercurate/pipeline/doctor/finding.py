"""What a check has found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "fault"]
"""``note``: something optional is missing, or worth knowing; ``fault``: something will fail."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has found of one thing, and what to do about it ("" where nothing is needed)."""

    name: str
    state: State
    facts: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """JSON-ready values."""
        return {
            "name": self.name,
            "state": self.state,
            "facts": self.facts,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class MachineReport:
    """All findings of a machine, in the order in which they were looked for."""

    findings: tuple[Finding, ...]

    @property
    def faults(self) -> int:
        """How many things will fail."""
        return sum(one.state == "fault" for one in self.findings)

    def to_json(self) -> dict[str, object]:
        """JSON-ready values with stable keys."""
        return {"faults": self.faults, "findings": [one.to_json() for one in self.findings]}
