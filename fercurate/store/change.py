"""What a change of a store has come to so far."""

from dataclasses import dataclass, field

_NAMED = 4


@dataclass
class Change:
    """What a writer has done so far: samples added, found unchanged, and rejects by code.

    ``replaced`` counts samples that took the place of what was stored under their ids, and
    ``replaced_ids`` are the first of them.
    ``collisions`` counts those rejects whose id an earlier change stored with another content.
    """

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    replaced_ids: list[str] = field(default_factory=list)
    collisions: int = 0
    rejects: dict[str, int] = field(default_factory=dict)

    def count_replaced(self, sample_id: str) -> None:
        """Count a sample that took the place of another; the first ones are named."""
        self.replaced += 1
        if len(self.replaced_ids) < _NAMED:
            self.replaced_ids.append(sample_id)

    @property
    def rejected(self) -> int:
        """Rows that could not be stored."""
        return sum(self.rejects.values())
