"""What was done to a store: one entry a committed change, append-only."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class InputFile:
    """A raw input: its name (no machine path), size in bytes and SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LineageEntry:
    """One committed change of a store.

    ``records`` counts the data rows or files that were read, rejected ones included.
    """

    command: str
    source: str
    layout: str
    variant: str
    version: str
    time: str
    records: int = 0
    added: int = 0
    unchanged: int = 0
    rejected: int = 0
    inputs: tuple[InputFile, ...] = ()
    options: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line of JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "LineageEntry":
        """Read back what ``to_json`` wrote."""
        values = json.loads(text)
        values["inputs"] = tuple(InputFile(**entry) for entry in values["inputs"])
        return cls(**values)
