"""From files to samples: what is kept of a picture file, and how much of them at a time."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample, pixel_digest
from fercurate.files.pictures.decode import ImageFacts
from fercurate.sources.options import KnownFile, SourceOptions
from fercurate.sources.reading import loading
from fercurate.sources.reading.loading import NOT_READ, PictureFile, encode_image, load_images

ONE_JOB = SourceOptions(jobs=1)
PIXELS = np.arange(60, dtype=np.uint8).reshape(5, 4, 3)


def encoded(pixels: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def picture(path: Path) -> PictureFile:
    facts = {"native_label": "happy", "expression": "happy", "native_split": ""}
    return PictureFile(path, Sample(path.name, "toy", NOT_READ, origin="list.csv:3", **facts))


def test_what_is_known_of_a_file_is_kept_and_its_pixels_are_not(tmp_path) -> None:
    (tmp_path / "a b").mkdir()
    path = tmp_path / "a b" / "%20é.png"
    path.write_bytes(encoded(PIXELS))
    (sample,) = load_images([picture(path)], tmp_path, ONE_JOB)
    assert isinstance(sample, Sample)
    image = sample.image
    assert isinstance(image, EncodedImage)
    assert image.content == path.read_bytes()
    assert (image.shape, image.frames, image.file) == ((5, 4, 3), 1, "a b/%20é.png")
    assert image.digest == sample.digest == pixel_digest(PIXELS)
    assert sample.shape == (5, 4, 3)
    np.testing.assert_array_equal(sample.pixels, PIXELS)
    held = [getattr(image, name) for name in image.__slots__]
    assert not any(isinstance(value, np.ndarray) for value in held)


@pytest.mark.parametrize("name", ["deep/none.png", "deep/text.png", "deep/large.png"])
def test_a_reject_names_its_file(name, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(loading, "MOST_BYTES", 1000)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "text.png").write_text("no picture")
    (tmp_path / "deep" / "large.png").write_bytes(bytes(1001))
    (reject,) = load_images([picture(tmp_path / name)], tmp_path, ONE_JOB)
    assert isinstance(reject, Reject)
    assert (reject.file, reject.origin) == (name, "list.csv:3")


def test_the_first_of_several_frames_is_told() -> None:
    frames = [Image.new("L", (4, 4), value) for value in (0, 90, 200)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    assert encode_image(buffer.getvalue()).frames == 2
    assert encode_image(encoded(PIXELS)).frames == 1


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_order_and_content_do_not_depend_on_jobs(jobs, tmp_path, monkeypatch) -> None:
    """A budget of a few files' bytes lets some wait, some alone, and all come in their order."""
    monkeypatch.setattr(loading, "_AHEAD", 3)
    monkeypatch.setattr("fercurate.files.parallel.AHEAD_BYTES", 3000)
    paths = []
    for number in range(40):
        side = 4 + number % 7 * 20
        noise = np.random.default_rng(number).integers(0, 256, (side, side), dtype=np.uint8)
        paths.append(tmp_path / f"{number:02d}.png")
        paths[-1].write_bytes(encoded(noise) if number % 11 else b"no picture")
    records = list(load_images(map(picture, paths), tmp_path, SourceOptions(jobs=jobs)))
    assert [isinstance(record, Reject) for record in records] == [n % 11 == 0 for n in range(40)]
    for path, record in zip(paths, records, strict=True):
        if isinstance(record, Sample):
            assert record.id == path.name
            assert record.digest == pixel_digest(np.asarray(Image.open(path)))


class Told:
    """A decoder that knows some files by name."""

    def __init__(self, known: dict[str, KnownFile]) -> None:
        self.known = known

    def known_files(self, root, files):
        for path in list(files):
            yield self.known.get(path.name)


def test_what_a_decoder_knows_is_taken_if_it_is_of_these_bytes(tmp_path) -> None:
    content = encoded(PIXELS)
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / name).write_bytes(content)
    told = ImageFacts((7, 9), "0" * 64, 2)
    same = KnownFile(hashlib.sha256(content).hexdigest(), told)
    options = SourceOptions(jobs=1, decoder=Told({"a.png": same, "b.png": KnownFile("1", told)}))
    items = [Reject(RejectCode.LABEL, "no label", "x"), *map(picture, sorted(tmp_path.iterdir()))]
    items += [Reject(RejectCode.LABEL, "no label", "y")]
    first, a, b, c, last = load_images(items, tmp_path, options)
    assert (first.origin, last.origin) == ("x", "y")
    assert (a.shape, a.digest, a.image.frames) == ((7, 9), "0" * 64, 2)
    assert b.digest == c.digest == pixel_digest(PIXELS)


def test_who_only_looks_stores_nothing(tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(PIXELS))

    class Looking:
        def known_files(self, root, files):
            return iter(list(files)[:0])

    items = [picture(tmp_path / "a.png"), Reject(RejectCode.LABEL, "no label", "y")]
    (reject,) = load_images(items, tmp_path, SourceOptions(decoder=Looking()))
    assert reject.origin == "y"


READ_ALL = """
import resource, sys
from pathlib import Path
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
ingest(IngestRequest((Path(sys.argv[1]),), Path(sys.argv[2]), jobs=int(sys.argv[3])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_number_of_photographs(tmp_path) -> None:
    """60 photographs of 12 megapixels fill 2.2 GB; ingest holds what decodes, and their files."""
    content = io.BytesIO()
    Image.radial_gradient("L").resize((4000, 3000)).convert("RGB").save(content, "JPEG", quality=30)
    (tmp_path / "in" / "happy").mkdir(parents=True)
    for number in range(60):
        path = tmp_path / "in" / "happy" / f"{number:02d}.jpg"
        path.write_bytes(content.getvalue() + bytes([number]))
    used = [sys.executable, "-c", READ_ALL, str(tmp_path / "in"), str(tmp_path / "s.h5"), "2"]
    done = subprocess.run(used, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 < 450_000_000
