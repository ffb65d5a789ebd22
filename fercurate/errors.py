"""The error tree: every failure that fercurate expects, each saying where, what, and what to do.

The command line turns these into one clear line and an exit code (see ``fercurate.cli.boundary``).
A bad row of a corpus is not an exception: it becomes a ``Reject`` with a reason code.
"""

from dataclasses import dataclass


class FercurateError(Exception):
    """Base of all expected failures.

    ``found`` says what is wrong; ``where`` names the place (file, line, frame, recipe path);
    ``expected`` and ``fix`` say what would have been right and what to do now. ``partial`` is the
    report of what was done all the same, if anything was.
    """

    exit_code = 1

    def __init__(self, found: str, *, where: str = "", expected: str = "", fix: str = "") -> None:
        self.found = found
        self.where = where
        self.expected = expected
        self.fix = fix
        self.partial: object = None
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The one-line text shown to the user; what cannot be printed is spelled out."""
        text = f"{self.where}: {self.found}" if self.where else self.found
        if self.expected:
            text += f"; expected {self.expected}"
        if self.fix:
            text += f". {self.fix}"
        return self._printable(text)

    @staticmethod
    def _printable(text: str) -> str:
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class InputError(FercurateError):
    """A corpus path that cannot be read or recognized."""


class FormatError(FercurateError):
    """A file that is not as its format says; whoever reads it says whose file it is."""


class StoreError(FercurateError):
    """A store that is missing, damaged, busy, or of another format version."""


class StoreBusyError(StoreError):
    """A store that another command changes, or has just changed: later the same may work."""


class StaleResumeError(StoreError):
    """An interrupted change that cannot be continued, because its input is another one by now."""


class ExportError(FercurateError):
    """An export that cannot be written or read."""


class ConflictError(FercurateError):
    """An action that would replace something without having been told to."""

    exit_code = 2


class UsageError(FercurateError):
    """Arguments that contradict each other or name something unknown."""

    exit_code = 2


class WhereError(UsageError):
    """A condition (``--where``) that is none; ``pointer`` shows the place, in two lines."""

    def __init__(self, found: str, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(found, where="--where")

    @property
    def message(self) -> str:
        """What is wrong, and below it the text with a mark under the character."""
        lines = [self._printable(line) for line in self.pointer.split("\n")]
        return "\n".join([super().message, *(f"  {line}" for line in lines)])


class EngineError(FercurateError):
    """Work that no worker of a cluster could do, or a cluster that does not answer."""


class PartDone(FercurateError):  # noqa: N818  # it is no error, and has exit code 0
    """One part of the work is done and sealed: no failure, but nothing goes on from here."""

    exit_code = 0


class StrictError(FercurateError):
    """Rows were rejected while ``--strict`` was in force."""


class FercurateWarning(UserWarning):
    """What Python says, without an error, of something that asks for attention."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a recipe: its YAML path, 1-based line, and what is wrong with it."""

    path: str
    line: int
    message: str


class RecipeError(FercurateError):
    """A recipe with faults; carries all of them, not only the first."""

    exit_code = 2

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        self.name = name
        self.faults = faults
        lines = [self._printable(f"  line {f.line}: {f.path}: {f.message}") for f in faults]
        count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
        self._lines = tuple(lines)
        super().__init__(f"{count} in this recipe", where=name)

    @property
    def message(self) -> str:
        """A line with the name and the count, and one for each fault."""
        return "\n".join([super().message, *self._lines])
