"""The user guide is true: generated parts are current, links lead somewhere, both languages correspond, the worked example can be read."""

import re
from pathlib import Path

import pytest

from migration_pipeline.cli.main import app
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.load import load_project
from migration_pipeline.project.reference import BLOCKS, MODELS, language_of, reference, renewed, views, words
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.claimed import demand_all_claimed
from migration_pipeline.raw.extract import extract
from migration_pipeline.raw.gather import Places, datasets_of
from migration_pipeline_tests.conventions.source_tree import ROOT

DOCUMENTS = tuple(sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "examples" / "README.md"]))
ONE_LANGUAGE = frozenset({"development.md"})
MADE = {"migration-project": ("reference",), "outcomes": ("reasons", "rules", "views")}
"""Document -> the generated parts it must hold."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    """A document without fenced code, whose `#` is a comment and whose brackets are no links."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def headings(text: str) -> list[tuple[int, str]]:
    """Level and text of every heading."""
    return [(len(mark), title) for mark, title in re.findall(r"^(#+) (.+)$", prose(text), re.MULTILINE)]


def anchors(text: str) -> list[str]:
    """The anchors that the headings of a document get where the guide is read."""
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(text)]


def link_problems(path: Path, text: str) -> list[str]:
    """Links of a document to files or headings that are not there."""
    found = []
    for target in _LINK.findall(re.sub(r"`[^`]*`", "", prose(text))):
        name, _, heading = target.partition("#")
        if "://" in name:
            continue
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (heading and heading not in anchors(file.read_text(encoding="utf-8") if name else text)):
            found.append(f"{path.name}: {target}")
    return found


def heading_problems(english: str, chinese: str) -> list[str]:
    """The first place at which the headings of two languages stop corresponding."""
    left, right = headings(english), headings(chinese)
    for one, other in zip(left, right, strict=False):
        if one[0] != other[0]:
            return [f"{one[1]!r} faces {other[1]!r}"]
    return [] if len(left) == len(right) else [f"{len(left)} headings face {len(right)}"]


def unnamed_commands(text: str) -> list[str]:
    """Commands of the command line that a text does not name."""
    names = [command.name or "" for command in app.registered_commands]
    assert len(names) > 5
    return [name for name in names if not re.search(rf"\bstore2erp {name}\b", text)]


def example_of(text: str, folder: Path) -> Path:
    """Write the worked example of a guide into a folder, as its reader would; returns the project's folder."""
    project = folder / "lanshan"
    (project / "data" / "S01").mkdir(parents=True)
    for name, content in re.findall(r"^put (\S+) <<'END'\n(.*?\n)END$", text, re.DOTALL | re.MULTILINE):
        (project / "data" / "S01" / name).write_bytes(content.encode("gb18030"))
    found = re.search(r"^```yaml\n# lanshan/migration.yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert found, "the guide has no lanshan/migration.yaml"
    (project / "migration.yaml").write_text(found[1], encoding="utf-8")
    return project


def read_example(project: Path) -> dict[str, StageOutput]:
    """Every dataset of the example as its reader's first run extracts it."""
    loaded = load_project(project)
    store = loaded.project.stores[0]
    demand_all_claimed(loaded.project, loaded.project.stores, loaded.data)
    source, places = (
        loaded.project.sources[store.source],
        Places(loaded.data, Archive(project / "archive"), project / "cache", project / "live"),
    )
    return {name: extract(DATASETS[name], store, source, places) for name in datasets_of(store, source)}


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_generated_parts_are_current(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == renewed(text, language_of(path)), "run: python -m migration_pipeline.project.reference"
    for name in MADE.get(path.name.partition(".")[0], ()):
        assert f"<!-- begin {name} -->\n\n{BLOCKS[name](language_of(path))}\n\n<!-- end {name} -->" in text


def test_an_outdated_part_is_caught_and_a_lost_mark_too() -> None:
    old = "before\n<!-- begin views -->\nold\n<!-- end views -->\nafter\n"
    assert renewed(old, "en") == f"before\n<!-- begin views -->\n\n{views('en')}\n\n<!-- end views -->\nafter\n"
    assert renewed("no marks", "zh") == "no marks"
    with pytest.raises(ValueError, match="no end mark for views"):
        renewed("<!-- begin views -->\nold\n", "en")


def test_every_key_and_column_is_described_and_nothing_else() -> None:
    """A removed key leaves no description behind, a new one is not forgotten; every description speaks both languages."""
    described = {name: set(about["keys"]) for name, about in words()["models"].items()}
    assert described == {model.__name__: set(model.model_fields) for model in MODELS}
    tables = [table for dataset in DATASETS.values() for table in dataset.tables]
    known = {column for table in tables for column in table.columns} | {
        f"{table.name}.{column}" for table in tables for column in table.columns
    }
    assert set(words()["columns"]) <= known
    assert all(f"`{column}`" in reference("zh") for table in tables for column in table.columns)
    texts = [*words()["columns"].values(), *(text for about in words()["models"].values() for text in about["keys"].values())]
    assert all(text["en"].strip() and re.search(r"[\u4e00-\u9fff]", text["zh"]) for text in texts)


@pytest.mark.parametrize("suffix", [".md", ".zh-CN.md"])
def test_every_command_is_named_in_both_languages(suffix: str) -> None:
    ours = [path for path in DOCUMENTS if path.name.endswith(".zh-CN.md") == (suffix == ".zh-CN.md")]
    assert unnamed_commands("\n".join(path.read_text(encoding="utf-8") for path in ours)) == []


def test_an_unnamed_command_is_caught() -> None:
    assert "demo" in unnamed_commands("store2erp run, store2erp demonstrates")
    assert "run" not in unnamed_commands("`store2erp run -p DIR`")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_internal_link_leads_somewhere(path: Path) -> None:
    assert link_problems(path, path.read_text(encoding="utf-8")) == []


def test_dead_links_are_caught() -> None:
    text = (
        "## A `b` c\n[x](gone.md) [y](#a-b-c) [z](#gone) [w](docs/operations.md#commands) [v](docs/operations.md#gone) [u](https://x.y)\n"
    )
    assert link_problems(ROOT / "README.md", text) == ["README.md: gone.md", "README.md: #gone", "README.md: docs/operations.md#gone"]


def test_both_languages_have_the_same_headings() -> None:
    english = [path for path in DOCUMENTS if language_of(path) == "en" and path.name not in ONE_LANGUAGE and path.parent.name != "examples"]
    assert len(english) > 3
    for path in english:
        chinese = path.with_name(path.name.replace(".md", ".zh-CN.md"))
        assert heading_problems(path.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")) == [], path.name


def test_headings_that_do_not_correspond_are_caught() -> None:
    assert heading_problems("# A\n## B\n", "# 甲\n```\n# x\n```\n## 乙\n") == []
    assert heading_problems("# A\n## B\n", "# 甲\n### 乙\n") == ["'B' faces '乙'"]
    assert heading_problems("# A\n## B\n", "# 甲\n") == ["2 headings face 1"]


@pytest.mark.parametrize("name", ["migration-project.md", "migration-project.zh-CN.md"])
def test_the_worked_example_can_be_read(name: str, tmp_path: Path) -> None:
    outputs = read_example(example_of((ROOT / "docs" / name).read_text(encoding="utf-8"), tmp_path))
    rows = {dataset: sum(len(frame) for frame in output.tables.values()) for dataset, output in outputs.items()}
    assert rows == {"suppliers": 2, "products": 4, "members": 3, "inventory": 3, "sales": 7}
