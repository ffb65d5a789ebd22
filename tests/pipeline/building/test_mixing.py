"""Pixels in a file: what is asked for is a copy, and nothing else stays in memory."""

import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from fercurate.pipeline.building.mixing import FilePixels


def resident(pixels: FilePixels) -> int:
    """Bytes of the mapping that count as memory of this process."""
    place = pixels.ctypes.data
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    for line in lines:
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line)
        if found and int(found[1], 16) <= place < int(found[2], 16):
            told = next(one for one in lines if one.startswith("Rss:"))
            return int(told.split()[1]) * 1024
    raise AssertionError("the mapping is gone")


def test_rows_are_copied_and_their_pages_given_back() -> None:
    with tempfile.TemporaryFile() as file:
        pixels = FilePixels(file, dtype=np.uint8, mode="w+", shape=(4096, 48, 48))
        pixels[:] = np.arange(4096, dtype=np.uint16)[:, None, None] % 251
        pixels.give_back()
        assert np.shares_memory(pixels[3:9], pixels)  # what is only looked at is not copied
        rows = np.array([7, 4000, 250])
        found = pixels[rows]
        assert type(found) is np.ndarray
        assert found[:, 0, 0].tolist() == [7, 4000 % 251, 250]
        if not Path("/proc/self/smaps").is_file():
            pytest.skip("memory is told by Linux alone")
        assert resident(pixels) == 0
        pixels[:4096:2].sum()
        assert resident(pixels) > 4_000_000
        pixels.give_back()
        assert resident(pixels) == 0
        assert int(pixels[5, 0, 0]) == 5  # the file kept what was written
