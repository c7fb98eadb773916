from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.databases import Shelf, copies_are_given_back, empty_url, engine, shelf, url
from tests.services.a_bank import fill, opened

__all__ = ["copies_are_given_back", "empty_url", "engine", "shelf", "url"]


@pytest.fixture
def bank_url(shelf: Shelf) -> Iterator[str]:
    """A small bank with people and apprentices, and no session."""
    with shelf.lent("bank", fill) as made:
        yield made


@pytest.fixture
def bank(bank_url: str) -> Iterator[sa.Engine]:
    with opened(bank_url) as engine:
        yield engine
