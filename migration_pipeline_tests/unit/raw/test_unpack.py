"""Packed files open like unpacked ones; cut-off and hostile archives are refused."""

import gzip
import zipfile
from pathlib import Path

import pytest

from migration_pipeline.raw.unpack import Limits, unpacked
from migration_pipeline.runtime.errors import BadInputError

CONTENT = b"".join(b"%d,%d\n" % (n, n * 7919 % 1009) for n in range(5000))


def _gz(folder: Path, content: bytes = CONTENT) -> Path:
    path = folder / "sales.csv.gz"
    path.write_bytes(gzip.compress(content))
    return path


def _zip(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _refused(path: Path, message: str, limits: Limits | None = None) -> None:
    with pytest.raises(BadInputError, match=message) as caught, unpacked(path, limits or Limits()):
        pass
    assert caught.value.where == str(path)


def test_plain_gz_and_zip_give_the_same_bytes_under_the_plain_name(tmp_path: Path) -> None:
    plain = tmp_path / "sales.csv"
    plain.write_bytes(CONTENT)
    for path in (plain, _gz(tmp_path), _zip(tmp_path, {"folder/": b"", "folder/sales.csv": CONTENT})):
        with unpacked(path) as found:
            assert found.name == "sales.csv"
            assert found.read_bytes() == CONTENT


def test_the_unpacked_copy_is_gone_afterwards(tmp_path: Path) -> None:
    with unpacked(_gz(tmp_path)) as found:
        kept = found
    assert not kept.exists()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.99])
def test_cut_off_archives_are_refused(tmp_path: Path, part: float) -> None:
    for path in (_gz(tmp_path), _zip(tmp_path, {"sales.csv": CONTENT})):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * part)])
        _refused(path, "truncated archive")


def test_a_changed_byte_inside_is_noticed(tmp_path: Path) -> None:
    for path in (_gz(tmp_path), _zip(tmp_path, {"sales.csv": CONTENT})):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        _refused(path, "truncated archive: it is damaged")


@pytest.mark.parametrize("name", ["../sales.csv", "/etc/sales.csv", "a/../../sales.csv", "..\\sales.csv", "C:\\sales.csv"])
def test_paths_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    _refused(_zip(tmp_path, {name: b"x"}), "outside of itself")


def test_an_archive_holds_exactly_one_file(tmp_path: Path) -> None:
    _refused(_zip(tmp_path, {"a.csv": b"1", "b.csv": b"2"}), "holds 2 files")
    _refused(_zip(tmp_path, {}), "holds 0 files")


def test_bombs_are_refused_by_ratio_and_by_size(tmp_path: Path) -> None:
    bomb = bytes(4 << 20)
    for path in (_gz(tmp_path, bomb), _zip(tmp_path, {"a": bomb})):
        _refused(path, "unpacks to more than", Limits(ratio=100, free=1 << 20))
        _refused(path, "unpacks to more than", Limits(most=1 << 20))
        with unpacked(path) as found:
            assert found.stat().st_size == len(bomb)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"a.csv": b"1"})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    _refused(path, "encrypted")
