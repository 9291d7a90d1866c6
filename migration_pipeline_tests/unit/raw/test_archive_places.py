"""A place shows whole files only, to its owner only, and says when it is not there."""

import hashlib
import io
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs

from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.archive_places import Bucket, Folder, Place, incoming, place_at
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

DATA = b"no,total\r\n" + b"1,2.00\r\n" * 400_000
SHA256 = hashlib.sha256(DATA).hexdigest()
KEY = f"{SHA256[:2]}/{SHA256}"


class Broken(io.BytesIO):
    """A source that ends in the middle, as a disk that fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= 2_000_000:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """A server that speaks S3, with a bucket."""
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bucket:
    """An empty prefix."""
    for name, value in {"ENDPOINT_URL": s3_server, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    fs.S3FileSystem(endpoint_override=s3_server, allow_bucket_creation=True).create_dir("kept")
    return Bucket(f"s3://kept/{tmp_path.name}")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "folder").mkdir(mode=0o700)
    return Folder(tmp_path / "folder")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found


def read(place: Place) -> bytes:
    with place.open(KEY) as content:
        return content.read()


def test_what_is_written_is_read_back(place: Place) -> None:
    place.demand_fit()
    assert place.size(KEY) is None
    place.write(KEY, io.BytesIO(DATA), SHA256)
    assert (place.size(KEY), read(place)) == (len(DATA), DATA)


def test_a_bucket_serves_as_second_place_of_an_archive(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_bytes(DATA)
    archive = Archive(tmp_path / "archive", bucket.url)
    found = archive.store(tmp_path / "sales.csv")
    assert archive.store(tmp_path / "sales.csv") == found
    assert archive.state(archive.places["second"], found) == "ok"
    archive.give_back(archive.places["second"], found, tmp_path / "back.csv")
    assert (tmp_path / "back.csv").read_bytes() == DATA
    archive.places["second"].write(found.stored, io.BytesIO(b"x"), hashlib.sha256(b"x").hexdigest())
    assert archive.state(archive.places["second"], found) == "changed"


def test_an_interrupted_copy_leaves_nothing(place: Place) -> None:
    with pytest.raises(InfrastructureError, match="Input/output error"):
        place.write(KEY, Broken(DATA), SHA256)
    assert place.size(KEY) is None
    if isinstance(place, Folder):
        assert [path for path in place.root.rglob("*") if path.is_file()] == []


def test_a_copy_with_another_hash_is_not_kept(place: Place) -> None:
    with pytest.raises(InfrastructureError, match="not what was read"):
        place.write(KEY, io.BytesIO(DATA[:-1]), SHA256)
    assert place.size(KEY) is None


def test_a_damaged_file_can_be_replaced(place: Place) -> None:
    place.write(KEY, io.BytesIO(b"x"), hashlib.sha256(b"x").hexdigest())
    place.write(KEY, io.BytesIO(DATA), SHA256)
    assert read(place) == DATA


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """It may be a disk that is not mounted: a copy on this disk would be no second copy."""
    with pytest.raises(InfrastructureError):
        Folder(tmp_path / "not mounted").demand_fit()
    assert not (tmp_path / "not mounted").exists()


def test_a_bucket_or_server_that_is_not_there_is_said(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InfrastructureError, match="nowhere"):
        Bucket("s3://nowhere/x").demand_fit()
    with pytest.raises(InfrastructureError, match="does not exist"):
        Bucket("s3://nowhere/x").write(KEY, io.BytesIO(DATA), SHA256)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(InfrastructureError):
        Bucket(bucket.url).size(KEY)


@pytest.mark.parametrize("mode", [0o740, 0o720, 0o704, 0o702, 0o755, 0o777])
def test_a_folder_open_to_others_is_refused_with_the_command_to_type(folder: Folder, mode: int) -> None:
    folder.root.chmod(mode)
    with pytest.raises(BadInputError, match="others than its owner") as caught:
        folder.demand_fit()
    assert caught.value.fix == f"chmod 700 {folder.root}"
    folder.root.chmod(0o700)
    folder.demand_fit()


def test_a_link_does_not_hide_an_open_folder(folder: Folder, tmp_path: Path) -> None:
    folder.root.chmod(0o755)
    (tmp_path / "link").symlink_to(folder.root)
    with pytest.raises(BadInputError) as caught:
        Folder(tmp_path / "link").demand_fit()
    assert caught.value.fix.endswith(str(folder.root))


def test_files_of_a_folder_are_for_their_owner_to_read_only(folder: Folder) -> None:
    folder.write(KEY, io.BytesIO(DATA), SHA256)
    assert stat.S_IMODE((folder.root / KEY).stat().st_mode) == 0o400
    assert stat.S_IMODE((folder.root / KEY).parent.stat().st_mode) == 0o700


def test_what_a_killed_process_left_goes_after_a_day_and_not_before(tmp_path: Path) -> None:
    old, new = tmp_path / ".incoming-old", tmp_path / ".incoming-new"
    for path in (old, new):
        path.touch()
    os.utime(old, (time.time() - 90_000,) * 2)
    with incoming(tmp_path):
        assert not old.exists()
        assert new.exists()


def test_a_place_is_known_by_how_it_is_written(tmp_path: Path) -> None:
    assert place_at("s3://bucket/prefix") == Bucket("s3://bucket/prefix")
    assert place_at(str(tmp_path)) == Folder(tmp_path)
