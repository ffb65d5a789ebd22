"""Contact sheets: how they are drawn, whatever is in them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.report.contact_sheet import (
    SIDE,
    Cell,
    ContactSheet,
    Strip,
    broken,
    draw_sheet,
    write_sheet,
)


def face(value: int, size: int = 48) -> np.ndarray:
    return np.full((size, size), value, np.uint8)


def one_row(*cells: Cell, columns: tuple[str, ...] | None = None) -> ContactSheet:
    names = ("",) * len(cells) if columns is None else columns
    return ContactSheet("t", names, ((Strip("angry", "id", cells),),))


def shades(sheet: ContactSheet) -> np.ndarray:
    return np.asarray(draw_sheet(sheet))


def test_faces_are_doubled_exactly_and_empty_places_stay_empty() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    with_hole = shades(one_row(Cell(noise), Cell(), Cell(face(7))))
    doubled = noise.repeat(2, axis=0).repeat(2, axis=1)
    top = int((with_hole[:, 330] == 7).argmax())
    cut = with_hole[top : top + SIDE]
    np.testing.assert_array_equal(cut[:, 116 : 116 + SIDE], doubled)
    assert set(np.unique(cut[:, 116 + 104 : 116 + 104 + SIDE])) == {238}
    assert set(np.unique(cut[:, 116 + 208 : 116 + 208 + SIDE])) == {7}


@pytest.mark.parametrize(
    ("shape", "height", "width"),
    [
        pytest.param((300, 300), 96, 96, id="large is reduced"),
        pytest.param((490, 640), 74, 96, id="proportions stay"),
        pytest.param((64, 32), 96, 48, id="enlarged by a fraction"),
        pytest.param((1, 700), 1, 96, id="a line"),
    ],
)
def test_other_sizes_are_brought_to_the_same_side(
    shape: tuple[int, int], height: int, width: int
) -> None:
    dark = shades(one_row(Cell(np.zeros(shape, np.uint8))))[40:, 100:] == 0
    assert dark.any(axis=1).sum() == height
    assert dark.any(axis=0).sum() == width


@pytest.mark.parametrize("shape", [(490, 640), (97, 31, 3), (1, 700), (192, 192)])
def test_a_cell_keeps_a_large_picture_as_small_as_it_is_drawn(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    kept = Cell(picture).picture
    assert kept is not None
    assert max(kept.shape[:2]) == SIDE
    drawn = shades(one_row(Cell(kept)))
    np.testing.assert_array_equal(drawn, shades(one_row(Cell(picture))))
    small = picture[:20, :20]
    assert Cell(small).picture is small


def test_a_sheet_is_gray_unless_a_picture_is_colored() -> None:
    red = np.full((48, 48, 3), (200, 0, 0), np.uint8)
    assert draw_sheet(one_row(Cell(face(3)))).mode == "L"
    colored = draw_sheet(one_row(Cell(red), Cell(face(9))))
    pixels = np.asarray(colored).reshape(-1, 3)
    assert colored.mode == "RGB"
    for color in ((200, 0, 0), (9, 9, 9)):
        assert (pixels == color).all(axis=1).sum() >= SIDE * SIDE


LONG = "Affine(border_mode=1, rotate=[-15, 15], scale=[0.9, 1.1], translate_percent=[-0.05, 0.05])"


@pytest.mark.parametrize(
    "text",
    [LONG, "x" * 200, "difference_of_gaussians(gamma=0.2, inner=1, outer=2)", "", " a  b "],
    ids=["augmentation", "one word", "step", "nothing", "spaces"],
)
def test_wide_text_is_broken_and_nothing_of_it_is_lost(text: str) -> None:
    from PIL import ImageFont

    lines = broken(text, SIDE, 12)
    assert all(ImageFont.load_default(12).getlength(line) <= SIDE for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_headings_of_any_length_and_number_leave_the_pictures_whole() -> None:
    cells = tuple(Cell(face(7), LONG) for _ in range(12))
    sheet = shades(one_row(*cells, columns=(LONG,) * 12))
    assert (sheet == 7).sum() >= 12 * SIDE * SIDE
    assert sheet.shape[1] > 12 * SIDE


def test_what_an_id_holds_cannot_spoil_a_sheet(tmp_path: Path) -> None:
    strip = Strip("\u202eangry", "a\nb\udcff" + "z" * 300, (Cell(face(0)),))
    write_sheet(ContactSheet("\x00", ("",), ((strip,),)), tmp_path / "a.png")
    write_sheet(ContactSheet("\x00", ("",), ((strip,),)), tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.size[0] < 300
