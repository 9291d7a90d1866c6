"""Archived inputs made of text or bytes."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from migration_pipeline.reconciled.archived_input import ArchivedInput

Archive = Callable[..., ArchivedInput]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """archive(name, content): a file stored under its hash, as the archive does."""

    def store(name: str, content: str | bytes, encoding: str = "utf-8") -> ArchivedInput:
        data = content.encode(encoding) if isinstance(content, str) else content
        digest = hashlib.sha256(data).hexdigest()
        stored = tmp_path / digest
        stored.write_bytes(data)
        return ArchivedInput(stored, name, digest)

    return store
