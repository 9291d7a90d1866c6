"""Opening archived files."""

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest

from migration_pipeline.reconciled.archived_input import ArchivedInput, opened_text
from migration_pipeline.runtime.errors import BadInputError


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        for name, data in members.items():
            pack.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", b"x"), ("a.csv.gz", gzip.compress(b"x", mtime=0)), ("a.csv.zip", _zip(a=b"x")), ("A.CSV.GZ", gzip.compress(b"x", mtime=0))],
)
def test_packed_files_read_like_plain_ones(archive: Callable[..., ArchivedInput], name: str, data: bytes) -> None:
    with opened_text(archive(name, data), "utf-8") as text:
        assert text.read() == "x"


def test_a_byte_order_mark_is_not_text(archive: Callable[..., ArchivedInput]) -> None:
    with opened_text(archive("a.csv", "x", "utf-8-sig"), "UTF-8") as text:
        assert text.read() == "x"


def test_an_archive_of_two_files_is_refused_not_half_read(archive: Callable[..., ArchivedInput]) -> None:
    file = archive("a.zip", _zip(a=b"1", b=b"2"))
    with pytest.raises(BadInputError, match=r"2 files"), opened_text(file, "utf-8"):
        pass
