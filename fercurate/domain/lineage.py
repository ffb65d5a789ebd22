"""What was done to a store: one entry a committed change, append-only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class InputFile:
    """A raw input: its name (no machine path), size in bytes and SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Files of one folder, suffix and reason that an ingest did not read.

    ``folder`` is the path below the ingested one ("" for the top), ``suffix`` case-folded with its
    dot, or "".
    """

    folder: str
    suffix: str
    reason: str
    files: int


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of every file of an input: ``seen`` = ``read`` + ``rejected`` + ``passed_over``.

    A file is read if it gave a sample or was read for its labels, rejected if it only gave rejects.
    """

    read: int = 0
    rejected: int = 0
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def passed(self) -> int:
        """Files that were not read."""
        return sum(group.files for group in self.passed_over)

    @property
    def seen(self) -> int:
        """All files."""
        return self.read + self.rejected + self.passed

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values: the sum, and the files passed over by folder, suffix and reason."""
        counts = {"seen": self.seen, "read": self.read, "rejected": self.rejected}
        groups = [asdict(group) for group in self.passed_over]
        return {**counts, "passed_over": self.passed, "passed_over_groups": groups}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "FileAccount":
        """Read back what ``to_json`` gave; an earlier version's nothing is an empty account."""
        groups: Sequence[Mapping[str, Any]] = values.get("passed_over_groups", ())
        passed = tuple(PassedOver(**group) for group in groups)
        return cls(values.get("read", 0), values.get("rejected", 0), passed)


@dataclass(frozen=True, slots=True)
class LineageEntry:
    """One committed change of a store.

    ``records`` counts the data rows or files that were read, rejected ones included; ``files`` is
    the account of all files of the input.
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
    files: FileAccount = field(default_factory=FileAccount)

    def to_json(self) -> str:
        """One line of JSON with sorted keys."""
        values = asdict(self) | {"files": self.files.to_json()}
        return json.dumps(values, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "LineageEntry":
        """Read back what ``to_json`` wrote.

        Raises:
            ValueError, TypeError, KeyError: it is something else.
        """
        values = json.loads(text)
        values["inputs"] = tuple(InputFile(**entry) for entry in values["inputs"])
        values["files"] = FileAccount.from_json(values.get("files", {}))
        found = cls(**values)
        for owner in (found, *found.inputs, found.files, *found.files.passed_over):
            _check_types(owner)
        if not all(isinstance(v, str) for pair in found.options.items() for v in pair):
            raise TypeError("options that are no text")
        return found


def _check_types(owner: Any) -> None:
    """Refuse texts that are no text, and counts that are none."""
    for part in fields(owner):
        value = getattr(owner, part.name)
        wanted = _JSON_TYPES.get(str(getattr(part.type, "__name__", part.type)))
        if wanted and (type(value) is not wanted or (isinstance(value, int) and value < 0)):
            raise TypeError(f"{part.name} of a lineage entry is {str(value)[:40]!r}")
        if isinstance(value, str):
            value.encode("utf-8", "surrogateescape")


_JSON_TYPES: dict[str, type] = {"str": str, "int": int, "dict": dict}
