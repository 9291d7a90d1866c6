"""Packed files open like unpacked ones; cut-off and hostile archives are refused."""

import gzip
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    with pytest.raises(BadInputError, match=message) as caught, unpacked(path, limits=limits or Limits()):
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


def test_a_member_is_named_by_a_pattern_that_fits_exactly_one_file(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"out/sales_05.csv": b"1", "out/sales_06.csv": b"2", "stock.csv": b"3"})
    for pattern, content in {"sales_05*": b"1", "out/*_06.csv": b"2", "stock.csv": b"3"}.items():
        with unpacked(path, pattern) as found:
            assert found.read_bytes() == content
    for pattern, many in {"sales*": 2, "*.txt": 0}.items():
        with pytest.raises(BadInputError, match=rf"fits {many} files.*'stock.csv'"), unpacked(path, pattern):
            pass


def test_two_files_of_one_name_are_not_one(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", b"2")
    _refused(path, "holds 2 files")


def test_what_macos_adds_does_not_count(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"a.csv": b"1", "__MACOSX/._a.csv": b"x", ".DS_Store": b"x", "out/.DS_Store": b"x"})
    with unpacked(path) as found:
        assert (found.name, found.read_bytes()) == ("a.csv", b"1")


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_chinese_names_without_the_utf8_flag_are_read_as_they_were_meant(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sales-QQQQ.csv".replace("QQQQ", "Q" * len("誠商品".encode(codec))), b"1")
        archive.writestr("stock.csv", b"2")
    content = path.read_bytes().replace(b"Q" * len("誠商品".encode(codec)), "誠商品".encode(codec))
    path.write_bytes(content)
    with unpacked(path, "sales-誠*.csv") as found:
        assert (found.name, found.read_bytes()) == ("sales-誠商品.csv", b"1")


def test_symbolic_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    _refused(path, "symbolic link")


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    _refused(_zip(tmp_path, {"inner.zip": b"PK"}), "archive in the archive")
    path = tmp_path / "sales.tar.gz"
    path.write_bytes(gzip.compress(b"x"))
    _refused(path, "archive in the archive")


def test_a_very_long_name_is_no_reason_to_fail(tmp_path: Path) -> None:
    with unpacked(_zip(tmp_path, {"数" * 200 + ".csv": b"1"})) as found:
        assert (found.suffix, found.read_bytes()) == (".csv", b"1")


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_is_read_right_or_refused_never_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    make = data.draw(st.sampled_from([_gz, lambda folder: _zip(folder, {"sales.csv": CONTENT, "b.csv": b"1"})]))
    path = make(tmp_path)
    content = bytearray(path.read_bytes())
    central = max(0, content.rfind(b"PK\x01\x02") - 60)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.one_of(st.integers(0, len(content) - 1), st.integers(min(central, len(content) - 1), len(content) - 1)))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))])
    with suppress(BadInputError), unpacked(path, "s*.csv") as found:
        assert found.read_bytes() == CONTENT
