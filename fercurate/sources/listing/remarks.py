"""What is said of a list that was read: where its pictures lie, and what contradicts it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fercurate.domain.expression import parse_label
from fercurate.domain.text import plural
from fercurate.sources.base import Recognition
from fercurate.sources.listing.pictures import evenly_spaced, peek_names
from fercurate.sources.reading.class_tree import (
    class_part,
    is_of_another_class,
    rows_of_another_class,
)
from fercurate.sources.reading.picture_search import PictureSearch, search_pictures
from fercurate.sources.tables.text_table import Table, open_table


def list_remarks(recognition: Recognition) -> Iterator[str]:
    """A few words on each list of a corpus."""
    for file in recognition.files:
        table = open_table(file)
        if table is None or table.roles.path < 0:
            continue
        names = evenly_spaced([name for name, _ in peek_names(table)])
        search = search_pictures(recognition.root, file, names)
        places = [base.relative_to(recognition.root).as_posix() for base in search.bases]
        where = " and ".join("the top" if place == "." else f"{place}/" for place in places)
        yield f"; pictures of {file.name} in {where}"
        repeated = _repeats(table)
        if repeated:
            yield f"; {plural(repeated, 'row')} of {file.name} name a picture again"
        count = _disagreements(table, search)
        if count:
            yield f"; {rows_of_another_class(count)}"


def _repeats(table: Table) -> int:
    """Rows that name a picture which an earlier row of the list has named."""
    names = Counter(row.cells[table.roles.path] for row in table.rows() if not row.fault)
    return names.total() - len(names)


def _disagreements(table: Table, search: PictureSearch) -> int:
    """Rows whose picture lies in the folder of another class than the row says."""
    roles, count = table.roles, 0
    in_classes = any(class_part(base.relative_to(search.root).parts) for base in search.bases)
    for row in table.rows():
        if row.fault or not roles.labels:
            continue
        name, label = row.cells[roles.path], row.cells[roles.labels[0]]
        folder = class_part(tuple(name.replace("\\", "/").split("/")[:-1]))
        if not folder and in_classes and parse_label(label):
            picture = search.resolve(name, row.but(roles.path))
            if isinstance(picture, Path):
                folder = class_part(picture.relative_to(search.root).parts[:-1])
        count += is_of_another_class(folder, label)
    return count
