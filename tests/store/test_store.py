"""The store: idempotent, append-only, snapshots for readers, closed to foreign files."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.manifest import COLUMNS
from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample, pixel_digest
from fercurate.errors import StaleResumeError, StoreError
from fercurate.files.pictures.decode import decode_image
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.store import writer as writer_module
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

ENTRY = LineageEntry("test", "toy", "test", "", "0", "now")


def sample(number: int, **changes: object) -> Sample:
    image = np.full((48, 48), number % 256, dtype=np.uint8)
    facts = {
        "id": f"toy:{number}",
        "source": "toy",
        "image": image,
        "native_label": "3",
        "expression": "happy",
        "native_split": "Training",
        "origin": "toy.csv",
        "row": number,
    }
    return Sample(**(facts | changes))  # type: ignore[arg-type]


def fill(path: Path, *samples: Sample, session: str = "s") -> None:
    with open_writer(path, session) as writer:
        for item in samples:
            writer.append(item)
        writer.commit(ENTRY)


def test_pixels_come_back_from_every_kind_of_pool(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    color = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    content = (b"P5 2 1 255\n" + bytes([7, 200]), np.array([[7, 200]], dtype=np.uint8))
    encoded = EncodedImage(content[0], (1, 2), pixel_digest(content[1]), decode_image)
    fill(path, sample(1), sample(2, image=color), sample(3, image=encoded), sample(4))
    with Store.open(path) as store:
        one, two, three, four = store.images([0, 1, 2, 3])
        assert (one == 1).all()
        assert (four == 4).all()
        np.testing.assert_array_equal(two, color)
        np.testing.assert_array_equal(three, content[1])
        assert list(store.manifest.numbers("height")) == [48, 20, 1, 48]
        assert [int(i[0, 0]) for i in store.images([3, 0, 3])] == [4, 1, 4]


def test_the_same_again_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    fill(path, sample(1), sample(2))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    fill(path, sample(1), sample(2), session="other")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"image": np.zeros((48, 48), np.uint8)}, "other pixels"),
        ({"expression": "sad"}, "other expression"),
        ({"native_split": "PublicTest"}, "other native split"),
    ],
)
def test_an_id_with_other_content_is_a_conflict(
    tmp_path: Path, changes: dict[str, object], what: str
) -> None:
    path = tmp_path / "s.h5"
    fill(path, sample(1))
    fill(path, sample(1, **changes), sample(2))
    with Store.open(path) as store:
        assert list(store.manifest.text("id")) == ["toy:1", "toy:2"]
        (reject,) = store.rejects()
        assert reject[3] == RejectCode.CONFLICT
        assert what in reject[4]
        assert (store.images([0])[0] == 1).all()


def test_a_change_costs_its_own_size(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    fill(path, *(sample(n) for n in range(2000)))
    parts = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "s.h5.parts").glob("0*.h5")}
    size = sum(p.stat().st_size for p in tmp_path.rglob("*.h5"))
    fill(path, sample(5000))
    grown = sum(p.stat().st_size for p in tmp_path.rglob("*.h5")) - size
    assert size > 2000 * 2304
    assert 2304 < grown < 30_000
    after = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "s.h5.parts").glob("0*.h5")}
    assert parts.items() <= after.items()


def test_a_reader_keeps_its_snapshot_while_a_writer_commits(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    fill(path, sample(1))
    with Store.open(path) as old:
        fill(path, sample(2))
        assert len(old) == len(old.manifest) == 1
        assert (old.images([0])[0] == 1).all()
    with Store.open(path) as new:
        assert len(new) == 2


def test_uncommitted_parts_are_invisible_and_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "CHUNK_ROWS", 2)
    path = tmp_path / "s.h5"
    fill(path, sample(0))
    with open_writer(path, "big") as writer:
        for number in range(1, 6):
            writer.append(sample(number))
    with Store.open(path) as store:
        assert len(store) == 1
    with open_writer(path, "big") as writer:
        for number in range(1, 8):
            writer.append(sample(number))
        assert (writer.change.added, writer.change.unchanged) == (7, 0)
        writer.commit(ENTRY)
    with Store.open(path) as store:
        assert list(store.manifest.text("id")) == [f"toy:{n}" for n in range(8)]
        assert [int(i[0, 0]) for i in store.images(range(8))] == list(range(8))


def test_another_change_drops_what_was_pending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "CHUNK_ROWS", 2)
    path = tmp_path / "s.h5"
    with open_writer(path, "first") as writer:
        for number in range(5):
            writer.append(sample(number))
    fill(path, sample(9), session="second")
    with Store.open(path) as store:
        assert list(store.manifest.text("id")) == ["toy:9"]
    names = {p.name for p in (tmp_path / "s.h5.parts").iterdir()}
    assert names == {"000001.h5", "committed", "lock"}


def test_two_writers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    with (
        open_writer(path, "a"),
        pytest.raises(StoreError, match="another process"),
        open_writer(path, "b"),
    ):
        pass


def test_the_same_reject_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    for _ in range(2):
        with open_writer(path, "s") as writer:
            writer.append(sample(1))
            writer.reject("toy", Reject(RejectCode.RANGE, "300", "toy.csv", 7))
            writer.commit(ENTRY)
    with Store.open(path) as store:
        assert list(store.rejects()) == [("toy", "toy.csv", 7, "E_RANGE", "300")]
        assert store.reject_counts() == {"toy": {"E_RANGE": 1}}


def test_odd_text_survives(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    name = "fo\udcffö ß 日本/ (1)+.jpg"
    fill(path, sample(1, id="toy:" + name, origin=name, subject=""))
    with Store.open(path) as store:
        assert store.manifest.text("id")[0] == "toy:" + name
        assert store.manifest.text("subject")[0] == ""


def test_nothing_is_written_over_a_file_that_is_no_store(tmp_path: Path, fer_folder: Path) -> None:
    path = tmp_path / "thesis.h5"
    path.write_bytes(b"precious")
    with pytest.raises(StoreError, match="not a readable HDF5 file"):
        ingest(IngestRequest((fer_folder,), path))
    assert path.read_bytes() == b"precious"


def test_a_reader_follows_the_format_document(shared_store: Path) -> None:
    """The example in format.md, run as it stands there."""
    document = Path(writer_module.__file__).with_name("format.md").read_text()
    example = document.rpartition("```python\n")[2].partition("```")[0]
    printed: list[tuple[object, ...]] = []
    code = example.replace('"store.h5', f'"{shared_store.parent}/store.h5')
    exec(compile(code, "format.md", "exec"), {"print": lambda *a: printed.append(a)})
    with Store.open(shared_store) as store:
        first = store.manifest.text("id")[0], store.manifest.text("expression")[0]
    assert printed == [first]


def test_every_dataset_stands_in_the_format_document(shared_store: Path) -> None:
    document = Path(writer_module.__file__).with_name("format.md").read_text()
    found: set[str] = set()
    for path in (shared_store, *shared_store.with_name("store.h5.parts").glob("0*.h5")):
        with h5py.File(path) as file:
            file.visititems(
                lambda name, item: found.add(name) if isinstance(item, h5py.Dataset) else None
            )
    named = {name.replace("48x48", "<H>x<W>").rpartition("/")[2] for name in found}
    assert len(found) > 20
    assert [name for name in sorted(named) if name not in document] == []


def test_parts_of_a_lost_head_are_not_swept_away(store: Path) -> None:
    parts = {p.name: p.read_bytes() for p in store.with_name("store.h5.parts").glob("0*.h5")}
    head = store.read_bytes()
    store.unlink()
    with pytest.raises(StoreError, match=r"Put store\.h5 back"):
        fill(store, sample(1))
    store.write_bytes(head)
    fill(store, sample(1))
    store.write_bytes(head)  # an older head, whose parts are fewer
    with pytest.raises(StoreError, match="generation"):
        fill(store, sample(2))
    for name, content in parts.items():
        assert (store.with_name("store.h5.parts") / name).read_bytes() == content


def test_a_changed_input_is_not_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "CHUNK_ROWS", 2)
    path = tmp_path / "s.h5"

    def interrupt() -> None:
        with open_writer(path, "big") as writer:
            for number in range(6):
                writer.append(sample(number))

    interrupt()
    with open_writer(path, "big") as writer:
        for number in range(2, 6):
            writer.append(sample(number))
        with pytest.raises(StaleResumeError, match="gone"):
            writer.commit(ENTRY)
        writer.discard()
    interrupt()
    with open_writer(path, "big") as writer:
        with pytest.raises(StaleResumeError, match="another picture"):
            writer.append(sample(0, image=np.full((48, 48), 99, np.uint8)))
        writer.discard()
    assert not path.exists()
    assert not (tmp_path / "s.h5.parts").exists()


def test_the_manifest_as_a_table_has_every_column(shared_store: Path) -> None:
    with Store.open(shared_store) as store:
        frame = store.manifest.to_frame()
        assert list(frame.columns) == list(COLUMNS)
        assert list(frame["id"]) == list(store.manifest.text("id"))
        assert (frame["width"] == 48).all()
