"""Nothing in the repository names one machine: no path of somebody's disk, no address of a package registry."""

import re

from migration_pipeline_tests.conventions.source_tree import ROOT, Source, example, project_files

MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:work|tmp|opt|Users)(?:/|\b)|(?<![\w./~-])/(?:home/\w+|root/[.\w]+)/")
REGISTRY = re.compile(
    r"(?:\bpypi\b|\bpythonhosted\b|\bregistry\.\w+)\.\w+|-(?:-index-url|-extra-index-url|-find-links)|\b[ \t]@[ \t]*(?:file|https?):",
    re.IGNORECASE,
)
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+")


def place_problems(source: Source) -> list[str]:
    """Lines that name a path of a machine or a registry's address."""
    lines = enumerate(source.text.splitlines(), 1)
    found = [(number, match.group()) for number, line in lines for rule in (MACHINE_PATH, REGISTRY) for match in rule.finditer(line)]
    return [f"{source.path}:{number}: {text.strip()!r} holds on one machine only" for number, text in found]


def pin_problems(source: Source) -> list[str]:
    """Lines of the constraints file that are neither a comment nor `name==version`."""
    return [
        f"{source.path}:{n}: {line!r}"
        for n, line in enumerate(source.text.splitlines(), 1)
        if not line.startswith("#") and not PIN.fullmatch(line)
    ]


def test_no_file_names_this_machine_or_a_registry() -> None:
    texts = [Source(path.relative_to(ROOT).as_posix(), path.read_bytes().decode("utf-8", "replace")) for path in project_files()]
    assert len(texts) > 100
    assert [problem for source in texts for problem in place_problems(source)] == []


def test_constraints_are_pins_only() -> None:
    constraints = Source("constraints.txt", (ROOT / "constraints.txt").read_text(encoding="utf-8"))
    assert pin_problems(constraints) == []
    assert len(constraints.text.splitlines()) > 50


def test_machine_paths_and_registries_are_caught() -> None:
    bad = ["/" + "tmp/x.csv", "/" + "work/main", 'Path("/' + 'opt")', "/" + "home/anna/pos", "/" + "root/.cache/x", "py" + "pi.org/simple"]
    bad += ["-" + "-index-url x", "pandas @" + " file:x", "https://files.python" + "hosted.org/a.whl"]
    for line in bad:
        assert len(place_problems(example("bad.md", line))) == 1, line


def test_ordinary_text_is_not_caught() -> None:
    for line in ("data/tmp/x", "../work/x", "rows: /POSLog/Transaction", "fields: /root/item", "/var/lib/store2erp", "tmp_path / 'opt'"):
        assert place_problems(example("good.md", line)) == []


def test_other_lines_than_pins_are_caught() -> None:
    bad = "# fine\npandas==3.1.1\npandas>=3\n-e .\nx @ somewhere\n"
    assert [problem.split(":")[1] for problem in pin_problems(example("constraints.txt", bad))] == ["3", "4", "5"]
