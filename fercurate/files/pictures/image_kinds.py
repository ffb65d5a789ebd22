"""Which kind of picture a file is, told by its bytes alone."""

import struct

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II\0*", "TIFF"),
    (b"MM*\0", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
)
_BRANDS: dict[bytes, str] = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "HEIF"),
    **dict.fromkeys((b"mif1", b"msf1"), "HEIF"),
}
"""Brands of ISO base media files; a file may list several."""

_TGA_FOOTER = b"TRUEVISION-XFILE.\0"
_TGA_DEPTHS: dict[int, tuple[int, ...]] = {1: (8,), 2: (16, 24, 32), 3: (8, 16)}
"""Image type without compression -> bits a pixel."""


def image_kind(content: bytes) -> str:
    """Name the format of a whole file by its content, as Pillow names it; "" if it is unknown.

    One of PNG, JPEG, BMP, TIFF, GIF, WEBP, PPM (all of PNM), AVIF, HEIF, JPEG2000 and TGA. TGA has
    no magic number: it is known by its footer, or by a header that tells the length of the file.
    """
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[:1] == b"P" and content[1:2] in b"123456f" and content[2:3].isspace():
        return "PPM"
    if content[4:8] == b"ftyp":
        return _media_kind(content)
    return "TGA" if _is_tga(content) else ""


def _media_kind(content: bytes) -> str:
    """AVIF if any brand says so, else HEIF if one does: ``mif1`` may stand before ``avif``."""
    end = min(int.from_bytes(content[:4], "big"), 256)
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, end, 4))]
    kinds = {_BRANDS.get(brand, "") for brand in brands}
    return next((kind for kind in ("AVIF", "HEIF") if kind in kinds), "")


def _is_tga(content: bytes) -> bool:
    if len(content) < 18:
        return False
    idlen, map_type, kind = content[:3]
    map_length, map_depth = struct.unpack_from("<HB", content, 5)
    width, height, depth, _ = struct.unpack_from("<HHBB", content, 12)
    colors = map_length * -(-map_depth // 8) if map_type == 1 else 0
    if map_type > 1 or width == 0 or height == 0 or (kind & 7 == 1) != (map_type == 1):
        return False
    if content.endswith(_TGA_FOOTER):
        return kind in (1, 2, 3, 9, 10, 11)
    length = 18 + idlen + colors + width * height * -(-depth // 8)
    return depth in _TGA_DEPTHS.get(kind, ()) and len(content) == length
