"""Formats by content: each is known by its bytes, whatever the file is called."""

import io
import struct
import sys
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, features

from fercurate.files.pictures import decode
from fercurate.files.pictures.decode import decode_first_frame, decode_image
from fercurate.files.pictures.image_kinds import image_kind

RNG = np.random.default_rng(5)
SMOOTH = np.add.outer(np.arange(24) * 4, np.arange(36) * 3).astype(np.uint8)
COLOR = np.dstack([SMOOTH, SMOOTH[::-1], 255 - SMOOTH])


def save(pixels: np.ndarray | Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bare_tga(pixels: np.ndarray, extra: bytes = b"") -> bytes:
    """A TGA of the first version: a header and pixels, from the top, without a footer."""
    height, width = pixels.shape[:2]
    kind, depth = (3, 8) if pixels.ndim == 2 else (2, 24)
    head = struct.pack("<BBBHHBHHHHBB", 0, 0, kind, 0, 0, 0, 0, 0, width, height, depth, 0x20)
    stored = pixels[..., ::-1] if pixels.ndim == 3 else pixels
    return head + stored.tobytes() + extra


NEEDS = {"AVIF": "avif", "JPEG2000": "jpg_2000"}
EXACT: dict[str, tuple[str, Callable[[], bytes], np.ndarray]] = {
    "JPEG 2000, gray": ("JPEG2000", lambda: save(SMOOTH, "JPEG2000"), SMOOTH),
    "JPEG 2000, color": ("JPEG2000", lambda: save(COLOR, "JPEG2000"), COLOR),
    "JPEG 2000, bare": ("JPEG2000", lambda: save(SMOOTH, "JPEG2000", no_jp2=True), SMOOTH),
    "TGA, gray": ("TGA", lambda: save(SMOOTH, "TGA"), SMOOTH),
    "TGA, color": ("TGA", lambda: save(COLOR, "TGA"), COLOR),
    "TGA, run lengths": ("TGA", lambda: save(COLOR, "TGA", compression="tga_rle"), COLOR),
    "TGA without a footer, gray": ("TGA", lambda: bare_tga(SMOOTH), SMOOTH),
    "TGA without a footer, color": ("TGA", lambda: bare_tga(COLOR), COLOR),
    "PBM": ("PPM", lambda: save(Image.fromarray(SMOOTH > 99), "PPM"), (SMOOTH > 99) * 255),
    "PGM": ("PPM", lambda: save(SMOOTH, "PPM"), SMOOTH),
    "PGM in letters": ("PPM", lambda: b"P2\n3 2\n255\n0 1 2\n9 8 255\n",
                       np.array([[0, 1, 2], [9, 8, 255]])),
    "PPM": ("PPM", lambda: save(COLOR, "PPM"), COLOR),
    "WebP": ("WEBP", lambda: save(COLOR, "WEBP", lossless=True), COLOR),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "make", "pixels"), EXACT.values(), ids=EXACT)
def test_a_format_is_read_by_its_content(kind, make, pixels) -> None:
    if kind in NEEDS and NEEDS[kind] not in features.get_supported():
        pytest.skip("this Pillow was built without it")
    content = make()
    assert image_kind(content) == kind
    np.testing.assert_array_equal(decode_image(content), pixels)


@pytest.mark.skipif("avif" not in features.get_supported(), reason="this Pillow has no AVIF")
@pytest.mark.parametrize("pixels", [SMOOTH, COLOR], ids=["gray", "color"])
def test_avif_is_decoded_nearly(pixels) -> None:
    content = save(pixels, "AVIF", quality=95)
    assert image_kind(content) == "AVIF"
    found = decode_image(content)
    gray_as_color = found.ndim > pixels.ndim  # of an older Pillow
    expected = np.dstack([pixels] * 3) if gray_as_color else pixels
    assert np.abs(found.astype(int) - expected).mean() < 4


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (save(SMOOTH, "PNG"), "PNG"),
        (save(SMOOTH, "JPEG"), "JPEG"),
        (save(SMOOTH, "BMP"), "BMP"),
        (save(SMOOTH, "TIFF"), "TIFF"),
        (save(SMOOTH, "GIF"), "GIF"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", ""),
        (b"", ""),
        (b"RIFF\0\0\0\0WAVE", ""),
        (b"Paris is a city", ""),
        (bytes(5000), ""),
        (bare_tga(SMOOTH, b"x"), ""),
        (bare_tga(SMOOTH)[:-1], ""),
    ],
)
def test_what_a_file_is(content, kind) -> None:
    assert image_kind(content) == kind


def test_heic_without_its_package_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    content = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(200)
    with pytest.raises(ValueError, match=r"pip install 'fercurate\[heic\]'"):
        decode_image(content)


def test_heic_is_read_with_its_package() -> None:
    heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    heif.from_pillow(Image.fromarray(COLOR)).save(buffer, quality=95)
    assert image_kind(buffer.getvalue()) == "HEIF"
    found = decode_image(buffer.getvalue()).astype(int)
    assert found.shape == COLOR.shape
    assert np.abs(found - COLOR).mean() < 6


@pytest.mark.parametrize(("kind", "what"), [("AVIF", "Pillow 11.3"), ("JPEG2000", "OpenJPEG")])
def test_a_pillow_without_a_decoder_is_named(kind, what, monkeypatch) -> None:
    monkeypatch.setattr(features, "get_supported", list)
    contents = {
        "AVIF": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(99),
        "JPEG2000": b"\xff\x4f\xff\x51" + bytes(99),
    }
    with pytest.raises(ValueError, match=what):
        decode_image(contents[kind])


def animated(kind: str, count: int) -> bytes:
    frames = [Image.new("L", (8, 8), 40 * number) for number in range(count)]
    return save(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF", "WEBP"])
def test_that_there_are_more_frames_is_told(kind) -> None:
    several = decode_first_frame(animated(kind, 3))
    assert several.frames == 2
    assert several.pixels.max() <= 4
    assert decode_first_frame(animated(kind, 1)).frames == 1


def test_the_preview_of_a_camera_is_no_second_frame() -> None:
    content = save(
        Image.fromarray(COLOR), "MPO", save_all=True, append_images=[Image.fromarray(COLOR)]
    )
    assert decode_first_frame(content).frames == 1


@pytest.mark.parametrize("kind", ["JPEG2000", "TGA", "AVIF", "WEBP", "TIFF", "PPM"])
def test_a_bomb_of_any_format_is_refused_before_it_is_decoded(kind, monkeypatch) -> None:
    if kind in NEEDS and NEEDS[kind] not in features.get_supported():
        pytest.skip("this Pillow was built without it")
    content = save(COLOR, kind)
    monkeypatch.setattr(decode, "MAX_PIXELS", 24 * 36 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was decoded"))
    with pytest.raises(ValueError, match="36x24 pixels"):
        decode_image(content)


LARGE = np.asarray(Image.fromarray(COLOR).resize((1601, 1200), Image.Resampling.BICUBIC))


@pytest.mark.parametrize(
    ("longest", "shape"),
    [(0, (1200, 1601, 3)), (96, (150, 201, 3)), (200, (300, 401, 3)), (400, (600, 801, 3)),
     (801, (1200, 1601, 3)), (5000, (1200, 1601, 3))],
)  # fmt: skip
def test_a_jpeg_that_is_shown_small_is_decoded_at_a_fraction(longest, shape) -> None:
    content = save(LARGE, "JPEG", quality=92)
    found = decode_first_frame(content, longest).pixels
    assert found.shape == shape
    expected = np.asarray(Image.fromarray(LARGE).resize(shape[1::-1], Image.Resampling.BOX))
    assert np.abs(found.astype(int) - expected).mean() < 3


def test_other_formats_come_as_they_are() -> None:
    np.testing.assert_array_equal(decode_first_frame(save(LARGE, "PNG"), 96).pixels, LARGE)


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"]


@pytest.mark.parametrize("mode", MODES)
def test_pixels_do_not_depend_on_strips(mode, monkeypatch) -> None:
    """A large picture is turned into bytes strip by strip; the same comes of it as at once."""
    from fercurate.files.pictures import to_uint8

    image = Image.fromarray(COLOR).convert("L" if mode in ("I;16", "F", "I") else mode)
    image = image.convert(mode) if mode in ("I", "F", "I;16") else image
    whole = to_uint8.to_uint8(image)
    monkeypatch.setattr(to_uint8, "_STRIP_PIXELS", 36 * 5)
    np.testing.assert_array_equal(to_uint8.to_uint8(image), whole)
