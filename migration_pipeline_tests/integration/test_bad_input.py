"""Bad input through the real command: one clear message (what, where, to do), the right exit code, no traceback, nothing half-loaded."""

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from migration_pipeline.runtime.databases import URL_VARIABLE, Databases
from migration_pipeline.runtime.paths import HOME_VARIABLE, Home
from migration_pipeline_tests.integration.conftest import Command, Ended, erp_rows, in_a_process
from migration_pipeline_tests.integration.small_project import SmallProject, write_project

BAD_INPUT, INFRASTRUCTURE = 2, 3
Breaker = Callable[[Path], object]


def demand_clear(ended: Ended, code: int, *words: str) -> None:
    """One message with these words and what to do, the exit code, no traceback."""
    text = " ".join(ended.text.split())
    assert ended.code == code, text
    assert [word for word in words if word not in text] == [], text
    assert text.count("To do:") == 1, text
    assert "Traceback" not in ended.text


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """One good store; every test brings data of its own with `--data`, so that the databases are set up once."""
    return write_project(tmp_path_factory.mktemp("bad") / "shop")


def _packed_gz(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def _packed_zip(text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("products.csv", text)
    return out.getvalue()


def _cut_off(pack: Callable[[bytes], bytes], suffix: str) -> Breaker:
    """The products packed, with the end of the archive missing, as after an interrupted transfer."""

    def broken(products: Path) -> None:
        content = pack(products.read_bytes())
        products.with_name(products.name + suffix).write_bytes(content[: len(content) * 2 // 3])
        products.unlink()

    return broken


def _rewritten(change: Callable[[str], str], encoding: str = "utf-8") -> Breaker:
    return lambda products: products.write_bytes(change(products.read_text(encoding="utf-8")).encode(encoding))


DATA: dict[str, tuple[Breaker, tuple[str, ...]]] = {
    "missing file": (Path.unlink, ("missing file", "products.csv")),
    "missing folder": (lambda products: shutil.rmtree(products.parent), ("missing folder", "/A")),
    "empty file": (_rewritten(lambda _: ""), ("the file is empty", "products.csv")),
    "wrong encoding": (_rewritten(lambda text: text.replace("Bread", "面包" * 20), "gb18030"), ("gb18030", "products.csv:3")),
    "truncated gz": (_cut_off(_packed_gz, ".gz"), ("products.csv.gz", "cut off")),
    "truncated zip": (_cut_off(_packed_zip, ".zip"), ("products.csv.zip",)),
    "missing column": (_rewritten(lambda text: text.replace("price", "preis", 1)), ("needs column 'price'", "store A")),
    "unknown column": (
        _rewritten(lambda text: text.replace("supplier\n", "supplier,colour\n")),
        ("column 'colour'", "or waived: of products"),
    ),
    "header only": (_rewritten(lambda text: text.splitlines()[0] + "\n"), ("not one row of products", "store A")),
    "quote never closed": (_rewritten(lambda text: text.replace("Bread", '"Bread')), ("quote", "products.csv:3")),
    "two columns of one name": (_rewritten(lambda text: text.replace("name,price", "price,price")), ("price", "products.csv")),
    "unclaimed file": (lambda products: products.with_name("extra.csv").write_text("a\n1\n"), ("A/extra.csv", "not_migrated")),
    "both packed and not": (lambda p: p.with_name(f"{p.name}.gz").write_bytes(_packed_gz(p.read_bytes())), ("products.csv.gz", "keep one")),
}


@pytest.mark.parametrize("name", DATA)
def test_broken_data_is_named_and_leaves_nothing(
    name: str, shop: SmallProject, tmp_path: Path, store2erp: Command, own_databases: Callable[[Home], Databases]
) -> None:
    """The suppliers are good and could be loaded; they are not, because the store's products cannot be read."""
    breaker, words = DATA[name]
    data = tmp_path / "data"
    shutil.copytree(shop.folder / "data", data)
    breaker(data / "A" / "products.csv")
    ended = store2erp("run", "-p", shop.folder, "--data", data, "--dataset", "suppliers", "--dataset", "products")
    demand_clear(ended, BAD_INPUT, *words)
    assert set(erp_rows(own_databases(Home.of(shop.folder))).values()) == {0}


def test_the_same_data_unbroken_is_loaded(store2erp: Command, own_databases: Callable[[Home], Databases], tmp_path: Path) -> None:
    """Otherwise the tests above would show nothing."""
    good = write_project(tmp_path / "good")
    ended = store2erp("run", "-p", good.folder, "--dataset", "suppliers", "--dataset", "products")
    assert ended.code == 0, ended.text
    rows = erp_rows(own_databases(Home.of(good.folder)))
    assert (rows["supplier"], rows["item"], rows["ticket"]) == (1, 3, 0)


YAML: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "wrong key": ("currency: CNY", "curency: CNY", ("no key 'curency'", "migration.yaml:4", "did you mean 'currency'?")),
    "wrong nested key": (
        "file: lines.csv}",
        "file: lines.csv, encodng: utf-8}",
        ("no key 'encodng'", "migration.yaml:13", "did you mean 'encoding'?"),
    ),
    "missing key": ("{format: csv, file: lines.csv}", "{format: csv}", ("format csv needs 'file'", "migration.yaml:13")),
    "wrong value": ("version: 1", "version: 2", ("version", "migration.yaml:1")),
    "unknown source": ("source: plain", "source: plian", ("plian", "migration.yaml")),
    "unknown preset": ("  plain:\n", "  plain:\n    preset: sis\n", ("no preset 'sis'", "migration.yaml:7")),
    "unknown column": ("{ticket_no: no, payment_no", "{ticket_nr: no, payment_no", ("ticket_nr", "migration.yaml")),
    "key twice": ("currency: CNY", "currency: CNY\ncurrency: CNY", ("'currency' comes twice", "migration.yaml:5")),
    "not YAML": ("currency: CNY", "currency: [CNY", ("not valid YAML", "migration.yaml:")),
    "list": ("version: 1", "- version: 1", ("migration.yaml:",)),
}


@pytest.mark.parametrize("name", YAML)
def test_a_broken_project_file_is_named_by_file_and_line(name: str, tmp_path: Path, store2erp: Command) -> None:
    old, new, words = YAML[name]
    project = write_project(tmp_path / "shop")
    file = project.folder / "migration.yaml"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    demand_clear(store2erp("run", "-p", project.folder), BAD_INPUT, *words)
    assert not Home.of(project.folder).root.exists()


def test_a_project_that_is_not_there(tmp_path: Path, store2erp: Command) -> None:
    """Neither a folder nor a state folder springs up."""
    for command in ("run", "status", "quarantine"):
        demand_clear(store2erp(command, "-p", tmp_path / "nowhere"), BAD_INPUT, "nowhere", "-p DIR")
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_is_not_there(shop: SmallProject, tmp_path: Path, store2erp: Command) -> None:
    demand_clear(store2erp("run", "-p", shop.folder, "--data", tmp_path / "nowhere"), BAD_INPUT, "nowhere", "--data")


@pytest.mark.parametrize(
    ("option", "value", "known"), [("--store", "Z9", "stores are A"), ("--dataset", "salse", "datasets are suppliers, products")]
)
def test_unknown_stores_and_datasets_are_refused_with_the_known_ones(
    option: str, value: str, known: str, shop: SmallProject, store2erp: Command
) -> None:
    """A typo must not end green because nothing was to do."""
    demand_clear(store2erp("run", "-p", shop.folder, option, value), BAD_INPUT, value, option, known)


def test_unknown_size_and_action_are_refused(tmp_path: Path, shop: SmallProject, store2erp: Command) -> None:
    demand_clear(store2erp("demo", "--dir", tmp_path / "demo", "--size", "huge"), BAD_INPUT, "huge", "use tiny, small, large")
    demand_clear(store2erp("db", "-p", shop.folder, "restart"), BAD_INPUT, "restart", "start, stop, status")
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("arguments", [("run",), ("rnu",), ("run", "--nothing"), ("explain", "A")])
def test_usage_errors_end_with_2(arguments: tuple[str, ...], store2erp: Command) -> None:
    ended = store2erp(*arguments)
    assert (ended.code, "Traceback" in ended.text, ended.err.strip() == "") == (BAD_INPUT, False, False)


def test_a_home_that_cannot_be_written(shop: SmallProject, tmp_path: Path, store2erp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below a file nothing can be made, not even by root."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "file" / "home"))
    demand_clear(store2erp("run", "-p", shop.folder), INFRASTRUCTURE, "file/home", "state folder", HOME_VARIABLE)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("postgresql://user:s3cret@127.0.0.1:9/postgres", INFRASTRUCTURE, ("no connection to the database", "127.0.0.1:9")),
        ("mysql://user:s3cret@localhost/x", BAD_INPUT, ("not a PostgreSQL URL", URL_VARIABLE)),
    ],
)
def test_a_database_that_is_not_there(url: str, code: int, words: tuple[str, ...], tmp_path: Path) -> None:
    """As a process of its own; the password is never shown."""
    project = write_project(tmp_path / "shop")
    ended = in_a_process("run", "-p", project.folder, **{URL_VARIABLE: url})
    demand_clear(ended, code, *words)
    assert "s3cret" not in ended.text


def test_a_process_of_its_own_ends_the_same_way(tmp_path: Path, home: Home) -> None:
    """Nothing but the interpreter and the embedded server: message on the terminal, exit code 2, no log of Dagster in between."""
    project = write_project(tmp_path / "shop")
    project.file("A", "payments").write_bytes(b"")
    ended = in_a_process("run", "-p", project.folder, **{HOME_VARIABLE: str(home.root)})
    demand_clear(ended, BAD_INPUT, "the file is empty", "payments.csv")
    assert "dagster" not in ended.err.lower()
