"""Fixtures of FER+'s tests."""

import pytest

from tests.corpora import FerPlusKit, FerRows, fer_rows


@pytest.fixture
def kit() -> FerPlusKit:
    return FerPlusKit()


@pytest.fixture(scope="session")
def corpus() -> FerRows:
    return fer_rows()
