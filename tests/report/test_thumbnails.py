"""Small pictures, read one at a time."""

from typing import Any

import numpy as np

from fercurate.report.thumbnails import load_thumbnails


def test_pictures_are_read_once_in_order_and_one_at_a_time() -> None:
    calls: list[list[int]] = []

    def read(rows: Any) -> list[Any]:
        calls.append(rows.tolist())
        return [np.full((48, 48), 10 * int(row) % 256, np.uint8) for row in rows]

    thumbnails = load_thumbnails(read, [70, *range(40), 3, 70])
    assert {len(call) for call in calls} == {1}
    assert [row for call in calls for row in call] == [*range(40), 70]
    assert {row: image.getpixel((0, 0)) for row, image in thumbnails.items()} == {
        row: 10 * row % 256 for row in (*range(40), 70)
    }
