"""A package with functions for `computed:` columns, as if it were installed.

Belongs here: writing it and putting it on the path. Does not belong here: assertions.
"""

import importlib
import sys
from pathlib import Path

import pytest

from migration_pipeline.project import functions

MODULE = """\
import pyarrow as pa
import pyarrow.compute as pc
from migration_pipeline.project.expressions import Signature
from migration_pipeline.project.functions import Function

doubled = Function(Signature(("text",), "text"), lambda texts: pc.binary_join_element_wise(texts, texts, "/"))
fee = Function(Signature(("number", "number"), "number"), lambda a, b: pc.add(a, b))
late = Function(Signature(("truth",), "truth"), lambda found: pc.invert(found))
short = Function(Signature(("text",), "text"), lambda texts: texts[:1])
floating = Function(Signature(("text",), "number"), lambda texts: pa.array([1.5] * len(texts)))
listed = Function(Signature(("text",), "text"), lambda texts: texts.to_pylist())
failing = Function(Signature(("text",), "text"), lambda texts: texts.cast(pa.int64()))
no_function = 1
"""


def install(folder: Path, patch: pytest.MonkeyPatch, module: str, *points: str, text: str = MODULE) -> None:
    """A distribution `<module>-dist` whose entry points are `name = attribute`; `module` must be new to this process."""
    importlib.invalidate_caches()
    (folder / f"{module}.py").write_text(text, encoding="utf-8")
    about = folder / f"{module}_dist-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}-dist\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{name} = {module}:{attribute}" for name, _, attribute in (point.partition("=") for point in points)]
    (about / "entry_points.txt").write_text(f"[{functions.GROUP}]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    patch.syspath_prepend(str(folder))
    functions._entry_points.cache_clear()
    patch.setattr(sys, "dont_write_bytecode", True)
