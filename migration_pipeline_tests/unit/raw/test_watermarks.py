"""An extract knows which files are new, changed or gone since the one before."""

from migration_pipeline.raw.watermarks import Changes, changes


def entry(path: str, sha256: str, name: str = "sales") -> dict[str, object]:
    return {"input": name, "name": path.rpartition("/")[2], "path": path, "sha256": sha256}


def test_each_file_is_counted_once_by_input_and_place() -> None:
    before = [entry("s1/01.csv", "a"), entry("s1/02.csv", "b"), entry("s1/03.csv", "c")]
    now = [entry("s1/02.csv", "b"), entry("s1/03.csv", "x"), entry("s1/04.csv", "d"), entry("s1/02.csv", "b", "items")]
    assert changes(before, now) == Changes(new=2, changed=1, deleted=1, same=1)


def test_with_nothing_before_everything_is_new() -> None:
    assert changes([], [entry("s1/01.csv", "a")]) == Changes(new=1)
