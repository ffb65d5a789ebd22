"""What changed since the last build into the same folder, in one line."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.sample_table import SampleTable
from fercurate.errors import ExportError
from fercurate.export.folder import RECIPE_FILE
from fercurate.export.samples_file import SAMPLES, read_samples
from fercurate.files.regular import is_regular, read_regular
from fercurate.pipeline.diff.facts import changed_keys
from fercurate.pipeline.diff.samples import compare_samples
from fercurate.recipe.tree import read_tree

_MOST_BYTES = 1 << 20
_NAMED = 4


@dataclass(frozen=True)
class LastBuild:
    """What is left of an earlier build in a folder: its samples, and the text of its recipe."""

    samples: SampleTable
    recipe: str

    @classmethod
    def of(cls, folder: Path) -> "LastBuild | None":
        """Read it; None if there is none, or nothing that can be compared."""
        if not is_regular(folder / SAMPLES):
            return None
        recipe = ""
        with suppress(OSError):
            recipe = read_regular(folder / RECIPE_FILE, _MOST_BYTES).decode("utf-8", "replace")
        with suppress(ExportError):
            return cls(read_samples(folder / SAMPLES), recipe)
        return None

    def line(self, samples: SampleTable, recipe: str) -> str:
        """What changed, in one line."""
        keys = changed_keys(read_tree(self.recipe).value, read_tree(recipe).value)
        named = ", ".join(keys[:_NAMED]) + (", ..." if len(keys) > _NAMED else "")
        told = [compare_samples(self.samples, samples).line, f"recipe: {named}" if keys else ""]
        said = "; ".join(part for part in told if part)
        return f"since the last build: {said or 'the same samples, by the same recipe'}"
