"""Which column of a table holds the pictures, the labels, people and splits."""

from dataclasses import dataclass

from fercurate.errors import InputError
from fercurate.sources.tables.keys import Role, key_meaning
from fercurate.sources.tables.pyarrow_files import TableColumn, TableFacts

_PICTURE_KINDS = ("image", "bytes", "list", "text")
_LABEL_KINDS = ("number", "text", "list")


@dataclass(frozen=True, slots=True)
class PictureTable:
    """The columns of a table of pictures, by what they hold (None or "": there is none)."""

    pictures: TableColumn
    labels: TableColumn
    subjects: str = ""
    splits: TableColumn | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns that are read, pictures and labels first."""
        others = (self.subjects, self.splits.name if self.splits is not None else "")
        return (self.pictures.name, self.labels.name, *(name for name in others if name))


def picture_table(facts: TableFacts, where: str) -> PictureTable | None:
    """The columns of a table of pictures with labels; None if it is no such table.

    Text counts as pictures only in a column named for pixels: elsewhere it is a path.

    Raises:
        InputError: several columns could be the pictures, or the labels.
    """
    pictures = [column for column in facts.columns if _holds_pictures(column)]
    labels = [
        column
        for column in facts.columns
        if column.kind in _LABEL_KINDS and key_meaning(column.name).role is Role.LABELS
    ] or [
        column
        for column in facts.columns
        if column.kind == "text" and key_meaning(column.name).role is Role.NAMES
    ]
    if not pictures or not labels:
        return None
    encoded = _of_kind(pictures, "image") or _of_kind(pictures, "bytes")
    telling = [column for column in labels if column.names] or _of_kind(labels, "text")
    return PictureTable(
        _only(encoded or pictures, Role.PICTURES, where),
        _only(telling or labels, Role.LABELS, where),
        next((column.name for column in _beside(facts, Role.SUBJECTS)), ""),
        next((c for c in _beside(facts, Role.SPLITS) if c.kind == "text" or c.names), None),
    )


def _of_kind(columns: list[TableColumn], kind: str) -> list[TableColumn]:
    return [column for column in columns if column.kind == kind]


def _holds_pictures(column: TableColumn) -> bool:
    if column.kind not in _PICTURE_KINDS:
        return False
    named = key_meaning(column.name).role is Role.PICTURES
    if column.kind == "text":
        return named and "pixel" in column.name.casefold()
    return named or (column.kind in ("image", "bytes") and "bytes" in column.name.casefold())


def _only(columns: list[TableColumn], role: Role, where: str) -> TableColumn:
    if len(columns) > 1:
        names = ", ".join(column.name for column in columns)
        found = f"{len(columns)} columns could be the {role}: {names}"
        raise InputError(found, where=where, fix="Keep the one to read")
    return columns[0]


def _beside(facts: TableFacts, role: Role) -> list[TableColumn]:
    columns = (c for c in facts.columns if key_meaning(c.name).role is role)
    return [column for column in columns if column.kind in ("text", "number")]
