"""A suggestion as the text of a project file, with the confidence behind every line.

Belongs here: YAML with comments. Does not belong here: what is suggested (`suggest.py`).
"""

import json
import re
from collections.abc import Iterator, Mapping

from migration_pipeline.raw.profiling.suggest import SourceDraft, Suggestion, TableDraft, store_id

_PLAIN = re.compile(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff./%-]*(?: [\w\u4e00-\u9fff./%-]+)*")
_WORDS = re.compile(r"(?:true|false|null|yes|no|on|off|y|n|~|[-+.\d_e]+|0[xo][\da-f]+)", re.IGNORECASE)
HEAD = """\
# Suggested by `store2erp profile`. Every line is a guess until a person has confirmed it; what stands behind # says how sure it is.
# 由 `store2erp profile` 建议。每一行须经人工确认；# 后为把握程度与依据。
"""


def sources_yaml(found: Suggestion) -> str:
    """`sources:`, `stores:` and `not_migrated:`, to be put into a project file; only comments if nothing was recognised."""
    lines = [HEAD.rstrip()]
    if found.sources:
        lines += ["sources:", *(line for name, draft in found.sources.items() for line in _source(name, draft))]
        lines += ["", "stores:", *_stores(found.sources)]
    else:
        lines.append(
            "# Nothing was recognised: no table has the columns of products, members, stock, suppliers or sales. 未识别出任何数据集。"
        )
    if found.not_migrated:
        lines += ["", "not_migrated:", *(f"  {scalar(path)}: {scalar(why)}" for path, why in found.not_migrated.items())]
    if found.remarks:
        lines += ["", "# Not suggested 未建议:", *(f"# - {_one_line(remark)}" for remark in found.remarks)]
    return "\n".join(lines) + "\n"


def project_yaml(found: Suggestion, name: str = "suggested") -> str:
    """A whole `migration.yaml` around the suggestion."""
    return f"version: 1\nname: {name}\ntitle: {{en: Suggested project, zh: 建议的项目}}\n\n{sources_yaml(found)}"


def scalar(value: object) -> str:
    """A value as one word of YAML; text is quoted wherever YAML could read it as something else."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value)
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def _source(name: str, draft: SourceDraft) -> Iterator[str]:
    yield f"  {name}:"
    if draft.preset:
        yield _with("    preset: " + draft.preset, draft.remark)
    if draft.inputs:
        yield "    inputs:"
        for input_name, note in draft.inputs.items():
            yield _with(f"      {input_name}: {_flow(note.value)}", note.remark)
    if draft.datasets:
        yield "    datasets:"
        for dataset, tables in draft.datasets.items():
            yield f"      {dataset}:"
            for table, about in tables.items():
                yield f"        {table}:"
                yield from _table(about)
    if not draft.preset and any(draft.words.values()):
        yield from _words(draft.words)


def _table(draft: TableDraft) -> Iterator[str]:
    if draft.inputs:
        yield f"          inputs: [{', '.join(draft.inputs)}]"
    for key, notes in (("columns", draft.columns), ("dates", draft.dates)):
        if notes:
            yield f"          {key}:"
            yield from (_with(f"            {column}: {scalar(note.value)}", note.remark) for column, note in notes.items())
    if draft.archive:
        yield "          archive:"
        yield from (_with(f"            - {scalar(note.value)}", note.remark) for note in draft.archive)


def _words(words: Mapping[str, Mapping[str, str | None]]) -> Iterator[str]:
    yield "    value_maps:"
    for vocabulary, pairs in words.items():
        yield f"      {vocabulary}:" if any(pairs.values()) else f"      {vocabulary}: {{}}"
        yield from (f"        {scalar(word)}: {erp}" for word, erp in pairs.items() if erp)
        yield from (
            f"        # {scalar(word)}: ?  nobody knows this word: a person says what it is" for word, erp in pairs.items() if not erp
        )


def _stores(sources: Mapping[str, SourceDraft]) -> Iterator[str]:
    number = 0
    for name, draft in sources.items():
        for unit, datasets in draft.stores.items():
            number += 1
            only = f", datasets: [{', '.join(datasets)}]" if datasets else ""
            yield f"  - {{id: {scalar(store_id(unit, number))}, source: {name}, path: {scalar(unit)}{only}}}"


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return scalar(value)


def _with(text: str, remark: str) -> str:
    return f"{text}  # {_one_line(remark)}" if remark else text


def _one_line(text: str) -> str:
    return " ".join(text.split())
