"""Flipped bits and cuts in every file of a store and an export: each must be noticed and named."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.torture.material import SESSION, Material, forget, leave_pending
from benchmarks.torture.report import Part
from benchmarks.torture.sandbox import fercurate, run
from fercurate.errors import FercurateError
from fercurate.export.reader import read_export
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.store.heads.head import read_head
from fercurate.store.heads.marker import read_marker
from fercurate.store.heads.pending import staged_head
from fercurate.store.store import Store
from fercurate.training.shared.errors import ExportError as KitError
from fercurate.training.shared.export import read_export as read_by_kit

Damage = Callable[[bytearray], None]
Notice = Callable[[], str]
"""What is said of a damaged file: "" if nothing is."""

_BATCH = 2000
_SILENT = 3
_COMMANDS = (("stats", "store.h5"), ("ingest", "second", "--store", "store.h5"))


def every_bit(content: bytes) -> Iterator[Damage]:
    """Every single flipped bit of a file."""
    for place in range(8 * len(content)):
        yield _flip(place)


def some_damage(content: bytes, count: int, rng: random.Random) -> Iterator[Damage]:
    """Random flipped bits, and every tenth time a cut or something at the end."""
    for number in range(count):
        if number % 10 == 9:
            yield _cut(rng.randrange(len(content))) if number % 20 == 9 else _longer
        else:
            yield _flip(rng.randrange(8 * len(content)))


def _flip(bit: int) -> Damage:
    def damage(content: bytearray) -> None:
        content[bit // 8] ^= 1 << bit % 8

    return damage


def _cut(length: int) -> Damage:
    def damage(content: bytearray) -> None:
        del content[length:]

    return damage


def _longer(content: bytearray) -> None:
    content += b"\0"


def _said(work: Callable[[], object], path: Path) -> str:
    """The error that some work ends with, if it names the file."""
    forget()
    try:
        work()
    except (FercurateError, KitError) as error:
        return str(error) if path.name in str(error) and "\n" not in str(error) else ""
    return ""


def damage_file(part: Part, path: Path, damages: Iterator[Damage], notice: Notice) -> None:
    """Damage a file in one way after the other; each must be noticed."""
    whole = path.read_bytes()
    for batch in _batches(damages):

        def work(batch: list[Damage] = batch) -> int:
            missed = 0
            for damage in batch:
                content = bytearray(whole)
                damage(content)
                path.write_bytes(content)
                missed += content != whole and not notice()
            path.write_bytes(whole)
            return _SILENT if missed else 0

        outcome = run(work, seconds=600)
        path.write_bytes(whole)
        part.count(len(batch), outcome, "silent" if outcome.code == _SILENT else "")


def _batches(damages: Iterator[Damage]) -> Iterator[list[Damage]]:
    batch: list[Damage] = []
    for damage in damages:
        batch.append(damage)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def flip_heads(material: Material, share: float) -> Iterator[Part]:
    """Every bit of head, pending and committed (a share of them); as one change sees them."""
    rng = random.Random(1)
    pending = leave_pending(material)
    committed = read_head(material.store)

    def staged() -> str:
        forget()
        remark = staged_head(material.store, committed, SESSION)[1]
        for path in material.parts.glob("damaged-*"):
            path.unlink()
        return remark if pending.name in remark else ""

    marker = material.parts / "committed"
    looks: dict[Path, Notice] = {
        material.store: lambda: _said(lambda: read_head(material.store), material.store),
        marker: lambda: _said(lambda: read_marker(marker), marker),
        pending: staged,
    }
    for path, look in looks.items():
        part = Part(f"every flipped bit of {path.name}")
        content = path.read_bytes()
        chosen = (one for one in every_bit(content) if rng.random() < share)
        damage_file(part, path, chosen, look)
        yield part


def flip_parts(material: Material, count: int) -> Iterator[Part]:
    """Random damage of parts: no change on top of it, no picture of it, no wrong answer."""
    rng = random.Random(2)
    parts = sorted(material.parts.glob("0*.h5"))
    right = measure_balance(material.store).to_json()
    sizes = [path.stat().st_size for path in parts]
    wanted = [max(count * size // sum(sizes), count // 20) for size in sizes]
    part = Part("flips and cuts of parts")
    for path, number in zip(parts, wanted, strict=True):

        def look(path: Path = path) -> str:
            def verify() -> None:
                with Store.open(material.store) as store:
                    store.verify()

            def change() -> None:
                ingest(IngestRequest((material.second,), material.store))

            def wrong() -> bool:
                forget()
                try:
                    return measure_balance(material.store).to_json() != right
                except FercurateError as error:
                    return path.name not in str(error)

            return _said(verify, path) and _said(change, path) and ("" if wrong() else "right")

        damage_file(part, path, some_damage(path.read_bytes(), number, rng), look)
    yield part


def flip_exports(material: Material, count: int) -> Iterator[Part]:
    """Random damage of every file of an export: refused by the tool and the kit, or said."""
    rng = random.Random(3)
    files = sorted(path for path in material.export.rglob("*") if path.is_file())
    part = Part("flips and cuts of an export's files")
    for path in files:
        number = max(count // len(files), 4) + (count // 8 if path.suffix == ".h5" else 0)

        def look(path: Path = path) -> str:
            if path.suffix in (".h5", ".lock"):
                by_kit = _said(lambda: read_by_kit(material.export), path)
                return by_kit and _said(lambda: read_export(material.export), path)
            forget()
            remarks: list[str] = []
            balance = measure_balance(material.export, lambda event: remarks.append(str(event)))
            name = path.relative_to(material.export).as_posix()
            return name if name in balance.changed_files and name in str(remarks) else ""

        damage_file(part, path, some_damage(path.read_bytes(), number, rng), look)
    yield part


def flip_by_command(material: Material, count: int) -> Iterator[Part]:
    """The same by whole commands: one line each, and nothing is committed on top of damage."""
    rng = random.Random(4)
    part = Part("the same, by commands")
    files = [material.store, *material.parts.glob("0*.h5"), material.parts / "committed"]
    for number in range(count):
        path = files[number % len(files)]
        whole, changed = path.read_bytes(), bytearray(path.read_bytes())
        _flip(rng.randrange(8 * len(whole)))(changed)
        path.write_bytes(changed)
        head = material.store.read_bytes()
        command = _COMMANDS[number % 2] if path.name != "committed" else _COMMANDS[1]
        outcome = fercurate(command, material.folder)
        silent = outcome.code == 0 and command[0] == "ingest"
        silent |= outcome.code != 0 and (path.name not in outcome.err or outcome.code != 1)
        silent |= material.store.read_bytes() != head
        path.write_bytes(whole)
        part.count(1, outcome, f"{path.name}: {outcome.err[-200:]}" if silent else "")
    yield part


def flip_older_heads(material: Material, count: int) -> Iterator[Part]:
    """A head of an earlier version has no checksum: nothing crashes or hangs, that is all."""
    rng = random.Random(5)
    part = Part("flipped bits of an older head")
    older_head(material)
    whole = material.store.read_bytes()
    for _ in range(count):
        changed = bytearray(whole)
        _flip(rng.randrange(8 * len(whole)))(changed)
        material.store.write_bytes(changed)
        outcome = fercurate(("stats", "store.h5"), material.folder, seconds=60)
        told = outcome.code == 0 or "store.h5" in outcome.err
        part.count(1, outcome, "" if told else outcome.err[-200:])
    material.store.write_bytes(whole)
    yield part


def older_head(material: Material) -> None:
    """Take the seal off a head: so earlier versions wrote it."""
    content = material.store.read_bytes()
    if not content.startswith(b"\x89HDF"):
        import h5py

        with h5py.File(material.store) as sealed, h5py.File(f"{material.store}.new", "w") as plain:
            for name, value in sealed.attrs.items():
                plain.attrs[name] = value
            for name in sealed:
                sealed.copy(name, plain)
        material.store.with_name("store.h5.new").replace(material.store)
