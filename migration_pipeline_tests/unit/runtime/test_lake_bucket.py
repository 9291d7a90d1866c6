"""Two machines hand outputs to each other through a bucket, and neither believes bytes that are not what was written."""

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import fs

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.lake import current_folder, fetched, read_stage, share, write_stage
from migration_pipeline.runtime.lake_bucket import LAKE_VARIABLE, bucket_of

PLACE = ("cleaned", "sales", "S1")


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """A server that speaks S3."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def machines(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """The local lakes of two machines that share an empty prefix of a bucket."""
    for name, value in {"ENDPOINT_URL": s3_server, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    fs.S3FileSystem(endpoint_override=s3_server, allow_bucket_creation=True).create_dir("lake")
    monkeypatch.setenv(LAKE_VARIABLE, f"s3://lake/{tmp_path.name}")
    return tmp_path / "one" / "lake", tmp_path / "two" / "lake"


def output(value: str) -> StageOutput:
    return StageOutput("x", {"lines": pd.DataFrame({"a": pd.Series([value], dtype="str")})}, facts={"value": value})


def value_at(root: Path) -> object:
    return read_stage(root, *PLACE).tables["lines"]["a"][0]


def objects(root: Path) -> list[str]:
    bucket = bucket_of(root)
    assert bucket is not None
    prefix = bucket.url.removeprefix("s3://")
    files = fs.S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL"])
    return [found.path for found in files.get_file_info(fs.FileSelector(prefix, recursive=True)) if found.is_file]


def test_what_one_machine_writes_the_other_reads_and_takes_further(machines: tuple[Path, Path]) -> None:
    one, two = machines
    assert current_folder(two, *PLACE) is None
    write_stage(one, *PLACE, output("first"))
    assert value_at(two) == "first"
    write_stage(two, *PLACE, output("second"))
    assert value_at(one) == "second"
    assert len({path.rpartition("/")[0] for path in objects(one) if path.endswith(".parquet")}) == 1, "outputs of before are removed"


def test_a_local_copy_or_an_object_that_changed_is_refused(machines: tuple[Path, Path]) -> None:
    one, two = machines
    folder = write_stage(one, *PLACE, output("first"))
    assert value_at(two) == "first"
    (two / folder.relative_to(one) / "lines.parquet").write_bytes(b"other")
    with pytest.raises(BadInputError, match="changed after it was written"):
        value_at(two)
    bucket = bucket_of(one)
    assert bucket is not None
    bucket.put(folder / "lines.parquet", b"other")
    (two / folder.relative_to(one) / "lines.parquet").unlink()
    with pytest.raises(BadInputError, match="changed after it was written"):
        value_at(two)


def test_an_upload_that_breaks_off_leaves_the_output_of_before(machines: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = machines
    write_stage(one, *PLACE, output("first"))
    put = type(bucket_of(one)).put

    def broken(self: object, path: Path, data: bytes | None = None) -> None:
        if path.name == "facts.json":
            raise InfrastructureError("cut off", where="bucket", fix="again")
        put(self, path, data)  # type: ignore[arg-type]

    monkeypatch.setattr(type(bucket_of(one)), "put", broken)
    with pytest.raises(InfrastructureError):
        write_stage(one, *PLACE, output("second"))
    assert (value_at(one), value_at(two)) == ("first", "first")


def test_files_beside_the_stages_are_shared_too(machines: tuple[Path, Path]) -> None:
    one, two = machines
    (one / "history").mkdir(parents=True)
    (one / "history" / "a").write_bytes(b"rows")
    share(one, one / "history" / "a")
    assert fetched(two, two / "history" / "a").read_bytes() == b"rows"
    assert not fetched(two, two / "history" / "b").exists()


def test_a_sandbox_shares_nothing_and_an_address_must_be_one(machines: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run must not become the state of a store on other machines."""
    assert bucket_of(machines[0].parent / "sandbox" / "lake") is None
    for wrong in ("/lake", "s3://"):
        monkeypatch.setenv(LAKE_VARIABLE, wrong)
        with pytest.raises(BadInputError, match="not the address"):
            bucket_of(machines[0])
