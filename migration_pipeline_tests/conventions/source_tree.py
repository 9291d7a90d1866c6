"""The project's files as the convention tests see them: found without git, parsed once.

Belongs here: finding, reading and walking files. Does not belong here: the conventions (each `test_*.py` holds some, with a bad
example that its checker must catch).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "migration_pipeline"


@dataclass(frozen=True)
class Source:
    """One text file: its path relative to the repository, with `/`, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed Python module."""
        return ast.parse(self.text, self.path)

    def at(self, node: ast.AST, problem: str) -> str:
        """`path:line: problem`, as editors understand it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {problem}"


def example(path: str, text: str) -> Source:
    """An invented file, to show that a checker catches what it should."""
    return Source(path, dedent(text))


@cache
def project_files() -> tuple[Path, ...]:
    """All files of the working tree that `.gitignore` does not name, sorted."""
    patterns = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split())]
    return tuple(sorted(_files(ROOT, patterns)))


def _files(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        if any(fnmatch(path.name, pattern) for pattern in ignored) or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path, ignored)
        else:
            yield path


@cache
def sources(suffix: str = ".py", below: str = PACKAGE) -> tuple[Source, ...]:
    """The files with this suffix below a folder of the repository ("" = all of it)."""
    found = [path.relative_to(ROOT).as_posix() for path in project_files() if path.suffix == suffix]
    wanted = [path for path in found if not below or path.startswith(f"{below}/")]
    assert wanted, f"no {suffix} files below {below or ROOT}: the conventions would check nothing"
    return tuple(Source(path, (ROOT / path).read_text(encoding="utf-8")) for path in wanted)
