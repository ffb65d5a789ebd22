"""What a source can be told: each option described once, in the dataclass of its source.

A source has a frozen dataclass of options whose fields carry an ``OptionText``: help, range and how
it is written stand there and nowhere else. The command line offers what it finds there, and the
lineage of a store tells what differs from the defaults.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol, Self

from fercurate.domain.taxonomy import LabelMap, parse_label_map
from fercurate.files.pictures.decode import ImageFacts

_KEY = "option"


@dataclass(frozen=True, slots=True)
class OptionText:
    """How an option is described, and how its values are read from text and written as text.

    ``low`` and ``high`` are the bounds of a whole number, both allowed; ``choices`` are the words
    it may be. With ``parse`` it is any text that ``parse`` reads ("" stands for the default).
    """

    help: str
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    parse: Callable[[str], Any] | None = None
    to_text: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class SourceOption:
    """One option of a source: the name of its field, its default value and its text."""

    name: str
    default: Any
    text: OptionText

    @property
    def flag(self) -> str:
        """How it is spelled on the command line: ``--image-size``."""
        return f"--{self.name.replace('_', '-')}"

    def value(self, given: object) -> object:
        """The value of the field for what was given on the command line.

        Raises:
            UsageError: a text that cannot be read.
        """
        if self.text.parse is None or not isinstance(given, str):
            return given
        return self.text.parse(given) if given else self.default


def option_metadata(text: OptionText) -> dict[str, OptionText]:
    """The metadata of a dataclass field that is an option."""
    return {_KEY: text}


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What somebody else found in an image file: the SHA-256 of its bytes, and the picture."""

    sha256: str
    facts: ImageFacts

    def is_of(self, content: bytes) -> bool:
        """Whether these are the bytes in which it was found."""
        return hashlib.sha256(content).hexdigest() == self.sha256


class FileDecoder(Protocol):
    """Who decodes image files in place of this process."""

    def known_files(self, root: Path, files: Iterable[Path]) -> Iterator[KnownFile | None]:
        """Yield what is known of every file below a root, in order; None: this process is to look.

        Files are asked for ahead of what is yielded. Nothing is yielded by who only looks, and
        leaves it to others to store what was found.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What every source can be told.

    ``name`` replaces the source's own name as the prefix of ids; ``jobs`` workers decode image
    files (0: one a core), or a ``decoder`` does; neither changes anything in the result.
    """

    name: str = ""
    jobs: int = field(default=0, compare=False, repr=False)
    decoder: FileDecoder | None = field(default=None, compare=False, repr=False)

    @classmethod
    def own_options(cls) -> tuple[SourceOption, ...]:
        """The options that are a source's own, in the order of the fields."""
        return tuple(
            SourceOption(f.name, f.default, f.metadata[_KEY])
            for f in fields(cls)
            if _KEY in f.metadata
        )

    @classmethod
    def take_from(cls, values: Mapping[str, Any]) -> Self:
        """The options of this class among ``values`` by field; the others are passed over."""
        names = {f.name for f in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in names})

    def changes(self) -> Iterator[tuple[str, str]]:
        """Yield flag and value, as text, of each own option that differs from its default."""
        for option in self.own_options():
            value = getattr(self, option.name)
            if value != option.default:
                yield option.flag, option.text.to_text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMapOptions(SourceOptions):
    """Of a source whose labels may be numbers: ``label_map`` says what they mean."""

    label_map: LabelMap | None = field(
        default=None,
        metadata=option_metadata(
            OptionText(
                "What numeric labels mean: a name, or 0=angry,1=...",
                parse=parse_label_map,
                to_text=LabelMap.to_text,
            )
        ),
    )


IMAGE_SIZE = option_metadata(
    OptionText("Side of the square pictures in a CSV, in pixels.", low=8, high=1024)
)
"""Of every source that reads pixels written as text; their side is 48 unless it is given."""
