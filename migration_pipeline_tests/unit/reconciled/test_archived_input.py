"""Opening archived files."""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from migration_pipeline.reconciled.archived_input import ArchivedInput, as_path, opened_text
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


def test_a_member_is_found_by_its_pattern_also_under_a_name_in_gbk(archive: Callable[..., ArchivedInput]) -> None:
    content = _zip(**{"sales.csv": b"1", "QQQQ.csv": b"2", "__MACOSX/._sales.csv": b"3"}).replace(b"QQQQ", "库存".encode("gbk"))
    for pattern, text in {"sales*": "1", "库存.csv": "2"}.items():
        with opened_text(replace(archive("a.zip", content), member=pattern), "utf-8") as found:
            assert found.read() == text
    with pytest.raises(BadInputError, match=r"0 files like 'x\*'"), opened_text(replace(archive("a.zip", content), member="x*"), "utf-8"):
        pass


def test_an_encrypted_copy_reads_like_a_plain_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = pyrage.x25519.Identity.generate()
    key, stored = tmp_path / "key.txt", tmp_path / "hash.age"
    key.write_text(str(identity), encoding="utf-8")
    monkeypatch.setenv("OUR_KEY", str(key))
    stored.write_bytes(pyrage.encrypt(gzip.compress(b"x"), [identity.to_public()]))
    file = ArchivedInput(stored, "a.csv.gz", "", identity="OUR_KEY")
    with opened_text(file, "utf-8") as text:
        assert text.read() == "x"
    with as_path(file) as path:
        assert path.read_bytes() == b"x"


def test_files_can_be_told_apart_in_a_cache_whatever_their_options() -> None:
    one = ArchivedInput(Path("a"), "a", "1", options={"encoding": "utf-8"})
    assert hash(one) == hash(replace(one, options={}))
    assert one != replace(one, options={})
