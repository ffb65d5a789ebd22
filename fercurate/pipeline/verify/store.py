"""A store, verified: seals, digests of parts and of pictures, what it says, foreign files."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from fercurate.domain.manifest import ARRAY_COLUMNS
from fercurate.domain.sample import pixel_digest
from fercurate.errors import StoreError
from fercurate.files.blocks import cut_rows, in_flight, picture_bytes
from fercurate.files.parallel import map_ordered
from fercurate.pipeline.annotations.attributes import attribute_names, read_attribute
from fercurate.pipeline.annotations.vote_sets import read_vote_set, vote_set_names
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.pipeline.verify.findings import Findings, VerifyReport
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.heads.marker import read_marker
from fercurate.store.layout import COMMITTED, LOCK, MEASUREMENTS, PART_NAME, PENDING, parts_folder
from fercurate.store.parts.integrity import check_bytes
from fercurate.store.store import Store

_LEFT_BEHIND = re.compile(rf"damaged-\d+-{PENDING}|{PENDING}\.new")
_AHEAD = 4


@dataclass
class StoreCheck:
    """The verification of one store, step by step."""

    path: Path
    jobs: int
    listen: Listener
    findings: Findings = field(default_factory=Findings)
    checked: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def run(self) -> VerifyReport:
        """Check everything that can still be read."""
        try:
            with Store.open(self.path) as store:
                self._check(store)
        except StoreError as error:
            self._note(error)
        return VerifyReport(
            self.path,
            "store",
            self.checked,
            tuple(self.findings),
            self.findings.more,
            tuple(self.remarks),
        )

    def _note(self, error: StoreError) -> None:
        wanted = f"; expected {error.expected}" if error.expected else ""
        self.findings.add(Path(error.where).name or self.path.name, f"{error.found}{wanted}")

    def _check(self, store: Store) -> None:
        self._check_marker(store)
        self._check_folder(store)
        sound = [self._is_sound(store, part) for part in store.head.parts]
        self.checked["parts by SHA-256"] = len(sound)
        if not all(sound):
            self.remarks.append("what lies in damaged parts was not looked at")
            return
        self._check_contents(store)
        self._check_told(store)
        self._check_pictures(store)

    def _check_marker(self, store: Store) -> None:
        """An older head than the last commit has lost what was committed since."""
        known = read_marker(parts_folder(store.path) / COMMITTED)
        if store.head.generation < known:
            text = f"the head is of commit {store.head.generation}, but {known} were made"
            self.findings.add(self.path.name, text)
        self.checked["commits"] = store.head.generation

    def _check_folder(self, store: Store) -> None:
        listed = {part.name for part in store.head.parts} | {LOCK, COMMITTED}
        folder = parts_folder(store.path)
        for place in sorted(folder.iterdir()) if folder.is_dir() else ():
            if place.name in listed:
                continue
            if place.name == PENDING or _LEFT_BEHIND.fullmatch(place.name):
                self.remarks.append(f"{place.name}: of an interrupted change; the next one decides")
            elif PART_NAME.fullmatch(place.name):
                self.remarks.append(f"{place.name}: in no commit; the next change removes it")
            else:
                self.findings.add(f"{place.parent.name}/{place.name}", "a file that no store makes")

    def _is_sound(self, store: Store, part: PartEntry) -> bool:
        try:
            check_bytes(store.path, part)
        except (StoreError, OSError) as error:
            what = error.found if isinstance(error, StoreError) else str(error.strerror)
            self.findings.add(f"{parts_folder(store.path).name}/{part.name}", what)
            return False
        return True

    def _check_contents(self, store: Store) -> None:
        """Read everything once: each reader checks the shapes, ranges and names of its own."""
        self.checked["samples"] = len(store.manifest)
        for name in ARRAY_COLUMNS:
            store.array(name)
        self.checked["rejects"] = sum(1 for _ in store.rejects())
        kinds = store.measured_kinds()
        for kind, method in kinds:
            store.measured(kind, method)
        self.checked["measurements"] = len(kinds)
        self.checked["parts of measurements"] = sum(
            part.kind == MEASUREMENTS for part in store.head.parts
        )

    def _check_told(self, store: Store) -> None:
        """Read attributes and votes as what they are, each by itself."""
        for name in attribute_names(store):
            self._try(partial(read_attribute, store, name))
        for name in vote_set_names(store):
            self._try(partial(read_vote_set, store, name))

    def _try(self, read: Callable[[], object]) -> None:
        try:
            read()
        except StoreError as error:
            self._note(error)

    def _check_pictures(self, store: Store) -> None:
        """Decode every picture and compare it with the digest of its sample."""
        manifest, sizes = store.manifest, picture_bytes(store.manifest)
        rows = np.arange(len(store))
        blocks = [rows[part] for part in cut_rows(rows, sizes)]

        def digests(block: np.ndarray) -> list[str]:
            with in_flight(block, sizes):
                return [pixel_digest(picture) for picture in store.images(block)]

        self.listen(Started("verifying pictures", len(rows), "images"))
        known, ids = manifest.encoded("digest"), manifest.encoded("id")
        for block, found in zip(
            blocks, map_ordered(digests, blocks, self.jobs, _AHEAD), strict=True
        ):
            for row, digest in zip(block.tolist(), found, strict=True):
                if digest.encode() != known[row]:
                    name = ids[row].decode("utf-8", "backslashreplace")
                    self.findings.add(name, "the picture is not the one of its digest", row)
            self.listen(Advanced(len(block)))
        self.listen(Finished())
        self.checked["pictures by digest"] = len(rows)
