"""Encrypted files open with the right key only, whole only, and leave no plain text behind."""

import io
import tempfile
from pathlib import Path

import pyrage
import pytest

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.sealed import IDENTITY_VARIABLE, is_sealed, opened, plain_path, seal, unseal

PLAIN = b"card,name\r\n" + bytes(range(256)) * 1000
KEY, OTHER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key as `age-keygen` writes it, named by the variable."""
    path = tmp_path / "key.txt"
    path.write_text(f"# created: today\n# public key: {KEY.to_public()}\n{KEY}\n", encoding="utf-8")
    monkeypatch.setenv(IDENTITY_VARIABLE, str(path))
    return path


def sealed(plain: bytes = PLAIN, key: pyrage.x25519.Identity = KEY) -> bytes:
    sink = io.BytesIO()
    seal(io.BytesIO(plain), sink, [str(key.to_public())])
    return sink.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.age"
    path.write_bytes(sealed())
    return path


@pytest.mark.parametrize("plain", [b"", b"x", PLAIN, b"\0" * 65536])
def test_what_is_sealed_comes_back_byte_for_byte(plain: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.age").write_bytes(sealed(plain))
    with opened(tmp_path / "x.age") as content:
        assert content.read() == plain
        content.seek(0)
        assert content.read(1) == plain[:1]


def test_the_format_is_the_standard_one_that_the_age_tool_opens() -> None:
    data = sealed()
    assert data.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert pyrage.decrypt(data, [KEY]) == PLAIN
    assert PLAIN[:40] not in data


def test_every_recipient_can_open_it_alone() -> None:
    sink = io.BytesIO()
    seal(io.BytesIO(b"x"), sink, [str(KEY.to_public()), f" {OTHER.to_public()}\n"])
    assert {pyrage.decrypt(sink.getvalue(), [key]) for key in (KEY, OTHER)} == {b"x"}


def test_a_plain_file_opens_without_a_key_even_if_it_looks_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store may deliver age files itself; the archive's own name says what the archive did."""
    monkeypatch.delenv(IDENTITY_VARIABLE)
    path = tmp_path / "ab12"
    path.write_bytes(data := sealed())
    assert not is_sealed(path)
    with opened(path) as content, plain_path(path) as plain:
        assert (content.read(), plain) == (data, path)


@pytest.mark.parametrize("place", [0, 30, 120, 183, 300, 70_000, -1])
def test_one_changed_byte_anywhere_is_refused(place: int, file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    with pytest.raises(BadInputError) as caught, opened(file):
        pytest.fail("opened")
    assert caught.value.where == str(file)


@pytest.mark.parametrize("length", [0, 10, 100, 250, 66_000, -1])
def test_a_file_that_is_cut_off_is_refused(length: int, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(BadInputError), opened(file):
        pytest.fail("opened")


def test_a_missing_variable_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(IDENTITY_VARIABLE)
    with pytest.raises(BadInputError, match="no key is given") as caught, opened(file):
        pytest.fail("opened")
    assert IDENTITY_VARIABLE in caught.value.where
    with pytest.raises(BadInputError) as caught, opened(file, "MY_KEY"):
        pytest.fail("opened")
    assert "MY_KEY" in caught.value.fix


def test_a_wrong_key_is_refused_with_the_variable(file: Path, key_file: Path) -> None:
    key_file.write_text(str(OTHER), encoding="utf-8")
    with pytest.raises(BadInputError, match="cannot be decrypted") as caught, opened(file):
        pytest.fail("opened")
    assert IDENTITY_VARIABLE in caught.value.fix


def test_a_file_that_is_no_key_is_refused_and_not_shown(file: Path, key_file: Path) -> None:
    for content in (b"", b"AGE-SECRET-KEY-1HIDDEN", b"\xff\xfe"):
        key_file.write_bytes(content)
        with pytest.raises(BadInputError) as caught, opened(file):
            pytest.fail("opened")
        assert "HIDDEN" not in str(caught.value) + str(caught.value.__cause__)
    key_file.unlink()
    with pytest.raises(BadInputError, match="cannot be read"), opened(file):
        pytest.fail("opened")


def test_a_private_key_among_the_recipients_is_refused_and_not_shown() -> None:
    with pytest.raises(BadInputError, match="recipient 2") as caught:
        seal(io.BytesIO(b"x"), io.BytesIO(), [str(KEY.to_public()), str(OTHER)])
    assert str(OTHER) not in str(caught.value)
    with pytest.raises(BadInputError, match="no recipient"):
        seal(io.BytesIO(b"x"), io.BytesIO(), [])


def test_a_full_disk_is_no_fault_of_the_file() -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(InfrastructureError, match="No space left"):
        seal(io.BytesIO(PLAIN), Full(), [str(KEY.to_public())])
    with pytest.raises(OSError, match="No space left"):
        unseal(io.BytesIO(sealed()), Full())


def test_no_plain_text_is_left_on_the_disk(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even after an error; and while it is open nobody else may read it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    with opened(file):
        assert list((tmp_path / "temp").iterdir()) == []
    with plain_path(file) as plain:
        assert plain.read_bytes() == PLAIN
        assert plain.parent.stat().st_mode & 0o077 == 0
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BadInputError), plain_path(file):
        pytest.fail("opened")
    assert list((tmp_path / "temp").iterdir()) == []


def test_memory_stays_flat() -> None:
    """Chunks pass through; no write is as large as the file."""
    sizes: list[int] = []

    class Watched(io.BytesIO):
        def write(self, data: bytes, /) -> int:
            sizes.append(len(data))
            return super().write(data)

    seal(io.BytesIO(b"\0" * 2_000_000), Watched(), [str(KEY.to_public())])
    assert sum(sizes) > 2_000_000
    assert max(sizes) < 200_000
