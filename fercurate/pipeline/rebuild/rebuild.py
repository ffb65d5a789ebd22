"""Rebuild: an export built again from its lock, and compared with it file by file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.errors import ExportError
from fercurate.export.lock import LOCK_FILE
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.rebuild.terms import LockTerms
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.store import Store
from fercurate.training.shared.lock import read_outputs

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class RebuildRequest:
    """Which export to build again, from which store, into which folder."""

    export: Path
    store: Path
    output: Path
    overwrite: bool = False
    jobs: int = 0
    face_model: Path | None = None


@dataclass(frozen=True, repr=False)
class RebuildReport(HasOverview):
    """Files of the rebuilt export: how many are equal to those of the lock, and which are not."""

    export: Path
    output: Path
    equal: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every file has the digest that the lock gives it."""
        return not (self.changed or self.missing or self.extra)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "rebuild",
            "export": str(self.export),
            "output": str(self.output),
            "same": self.same,
            "equal": self.equal,
            "changed": list(self.changed),
            "missing": list(self.missing),
            "extra": list(self.extra),
        }

    def overview(self) -> Overview:
        """Whether it is the same."""
        kinds = {"changed": self.changed, "missing": self.missing, "extra": self.extra}
        rows = tuple((kind, name) for kind, names in kinds.items() for name in names)
        said = f"all {self.equal} files are the same" if self.same else "files differ"
        table = OverviewTable("files", ("what", "file"), rows)
        return Overview(f"{self.export.name} rebuilt: {said}", (table,))


def rebuild(request: RebuildRequest, listen: Listener = ignore) -> RebuildReport:
    """Build an export again by its lock: same recipe, seed, layout and framework.

    Raises:
        ExportError: something that can change a byte is not as the lock says: the store, a
            version, a method. The error names all of it, and nothing is built.
        ConflictError: the output is there, and not to be replaced.
        StoreError: the store is missing, busy or damaged.
    """
    terms = LockTerms.of(request.export)
    again = BuildRequest(
        terms.recipe,
        request.store,
        request.output,
        terms.layout,
        request.overwrite,
        request.jobs,
        framework=terms.framework,
        face_model=request.face_model,
        decisions=terms.decision_files,
        lays_out=False,
        attributes=terms.attributes,
    )
    with Store.open(request.store) as store:
        different = terms.differences(store, again.measure_options())
    if different:
        raise ExportError(
            f"cannot be the same again: {'; '.join(different)}",
            where=str(request.export / LOCK_FILE),
            fix="To build it all the same: fercurate build --recipe "
            f"{request.export / 'recipe.yaml'}",
        )
    build(again, listen)
    return _compared(request, terms)


def _compared(request: RebuildRequest, terms: LockTerms) -> RebuildReport:
    made, known = read_outputs(request.output / LOCK_FILE), terms.outputs
    return RebuildReport(
        request.export,
        request.output,
        equal=sum(made.get(name) == digest for name, digest in known.items()),
        changed=tuple(n for n in known if n in made and made[n] != known[n]),
        missing=tuple(n for n in known if n not in made),
        extra=tuple(n for n in made if n not in known),
    )
