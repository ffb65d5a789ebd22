"""What is asked of an ingest."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fercurate.errors import UsageError
from fercurate.pipeline.defaults import LEAST_SIDE
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.sources.base import AnySource, Recognition
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.names.split_words import native_split
from fercurate.sources.options import FileDecoder, SourceOptions
from fercurate.sources.registry import find_source, offered_options


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """What to ingest into which store.

    ``source`` forces how the paths are read, and ``name`` replaces the source's own name as the
    prefix of ids. ``options`` are values of the sources' options by field (``peak``,
    ``label_map``, ...); each source takes those that it knows. ``jobs`` workers decode (0: one a
    core). ``split`` is the native split of rows that tell none; pictures with a side under
    ``least_side`` pixels are rejects. ``update`` takes over what changed in an input that was
    ingested before: changed samples are replaced, those that are gone removed. ``cluster`` says who
    decodes picture files in place of workers of this process; ``decoder`` has them do so.
    """

    paths: tuple[Path, ...]
    store: Path
    source: str = ""
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    jobs: int = 0
    strict: bool = False
    dry_run: bool = False
    split: str = ""
    least_side: int = LEAST_SIDE
    update: bool = False
    cluster: ClusterChoice | None = None
    decoder: FileDecoder | None = None

    def options_of(self, reader: AnySource | FerPlus) -> SourceOptions:
        """The options that a source takes of this request."""
        return reader.options.take_from(
            {**self.options, "name": self.name, "jobs": self.jobs, "decoder": self.decoder}
        )

    def changes(self, reader: AnySource | FerPlus) -> Iterator[tuple[str, str]]:
        """Yield flag and value, as text, of all that changes what a source gives."""
        yield from self.options_of(reader).changes()
        if self.split:
            yield "--split", self.split
        if self.least_side != LEAST_SIDE:
            yield "--least-side", str(self.least_side)

    def command(self, name: str, reader: AnySource | FerPlus) -> str:
        """The command that does the same again to an input, without machine paths."""
        told = [f"--source {self.source}"] if self.source else []
        told += [f"--name {self.name}"] if self.name else []
        told += ["--update"] if self.update else []
        told += [f"{flag} {shlex.quote(value)}" for flag, value in self.changes(reader)]
        return " ".join([f"fercurate ingest {name}", *told])


def parse_split(text: str) -> str:
    """Read ``--split``: a word for a native split; "" gives none.

    Raises:
        UsageError: another word.
    """
    split = native_split(text)
    if text and not split:
        expected = "train, val, test, PublicTest or PrivateTest"
        raise UsageError(f"{text!r}", where="--split", expected=expected)
    return split


def refuse_untaken(request: IngestRequest, recognized: tuple[Recognition, ...]) -> None:
    """Refuse an option that no source in the paths takes.

    Raises:
        UsageError: naming the option and who takes it.
    """
    readers = [find_source(recognition.source) for recognition in recognized]
    taken = {option.name for reader in readers for option in reader.options.own_options()}
    for option, titles in offered_options().items():
        given = request.options.get(option.name, option.default)
        if option.name not in taken and given != option.default:
            names = ", ".join(dict.fromkeys(recognition.source for recognition in recognized))
            raise UsageError(
                f"nothing here takes it: this is {names}",
                where=option.flag,
                expected=f"one of {', '.join(titles)}",
            )
