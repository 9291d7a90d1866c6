"""The generated parts of the user guide: keys of migration.yaml, canonical columns, vocabularies, presets, reason codes, views.

Belongs here: Markdown made from the models and descriptors, and putting it between the markers of the docs. Does not belong here: what
only people can say (`reference.yaml` holds the words, `docs/` the rest).
Renew the docs from the repository's root with `python -m migration_pipeline.project.reference`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from migration_pipeline.contracts.datasets import DATASETS, Dataset, Table
from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.policies import RULES
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.vocabularies import CANONICAL, VOCABULARIES
from migration_pipeline.project import (
    alert_settings,
    codes,
    loading_settings,
    models,
    reconciliation_settings,
    sales_settings,
    source,
    sync_settings,
)
from migration_pipeline.project.load import preset_names
from migration_pipeline.project.yaml_lines import parse_yaml

Language = Literal["en", "zh"]
MODELS: tuple[type[BaseModel], ...] = (
    models.Project,
    models.Text,
    models.Company,
    models.Limits,
    models.ArchiveSpec,
    models.StoreSpec,
    models.WarehouseSpec,
    models.StoresFrom,
    codes.CodeScheme,
    loading_settings.Loading,
    reconciliation_settings.ReconciliationSettings,
    alert_settings.Alerts,
    alert_settings.AlertChannel,
    sync_settings.Sync,
    source.SourceSpec,
    sales_settings.BusinessDay,
    sales_settings.SalesLimits,
    source.WeighedBarcode,
    source.KnownValues,
    source.InputSpec,
    source.Unpivot,
    source.TableSpec,
    source.Lookup,
    source.Rule,
    source.Condition,
    source.ControlTotal,
)
"""In the order a reader meets them."""
_SCALARS = MappingProxyType(
    {str: ("text", "文本"), bool: ("true or false", "true 或 false"), int: ("whole number", "整数"), Decimal: ("number", "数值")}
)
_OUTCOMES: MappingProxyType[Outcome | None, str] = MappingProxyType(
    {
        Outcome.LOADED: "导入",
        Outcome.MERGED: "合并",
        Outcome.EXCLUDED: "排除",
        Outcome.REJECTED: "隔离",
        Outcome.UNDONE: "撤销",
        None: "仅标记",
    }
)


@cache
def words() -> dict[str, Any]:
    """The content of `reference.yaml`: models, columns and views, each in both languages."""
    return parse_yaml((resources.files(__package__ or "") / "reference.yaml").read_text(encoding="utf-8"))


def reference(language: Language) -> str:
    """Every key of `migration.yaml`, every dataset, vocabulary and preset, as Markdown.

    Raises:
        KeyError: a key or column has no words in `reference.yaml`.
    """
    keys = [_model_part(model, language) for model in MODELS]
    datasets = [_dataset_part(dataset, language) for dataset in DATASETS.values()]
    return "\n\n".join([*keys, *datasets, _vocabularies(language), _presets(language)])


def reasons(language: Language) -> str:
    """Every reason code with its outcome, meaning and hint, as Markdown."""
    head = _say(language, "reason code|outcome|meaning|what to do", "原因码|去向|含义|处理建议").split("|")
    rows = []
    for reason in REASONS.values():
        outcome = f"`{reason.outcome}`" if reason.outcome else _say(language, "flag only", "")
        chinese = f"{outcome} {_OUTCOMES[reason.outcome]}".strip()
        meaning = (reason.en, reason.hint_en) if language == "en" else (reason.zh, reason.hint_zh)
        rows.append((f"`{reason.code}`", _say(language, outcome, chinese), *meaning))
    return _table(head, rows)


def rules(language: Language) -> str:
    """Every built-in rule with its reason and policies, as Markdown; the usual policy is the first."""
    head = _say(language, "rule|table|finds|reason code|policies, the usual first", "规则|表|查找|原因码|策略（首个为默认）").split("|")
    rows = []
    for rule in RULES.values():
        ways = [rule.policy, *(policy for policy in rule.allowed if policy != rule.policy)]
        words_of = ", ".join(f"`{way}`" for way in ways)
        rows.append((f"`{rule.id}`", f"`{rule.table}`", _say(language, rule.en, rule.zh), f"`{rule.reason}`", words_of))
    return _table(head, rows)


def views(language: Language) -> str:
    """The views of the control database and what each answers, as Markdown; English from the first comment of its SQL file."""
    folder = resources.files("dbt_like_sql") / "models"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda item: item.name)
    rows = []
    for item in files:
        name = item.name.removesuffix(".sql")
        comment = re.match(r"(?:--.*\n)*", item.read_text(encoding="utf-8"))
        english = " ".join(line.removeprefix("--").strip() for line in (comment.group() if comment else "").splitlines())
        rows.append((f"`{name}`", _say(language, english, words()["views"][name]["zh"])))
    return _table(_say(language, "view|answers", "视图|回答的问题").split("|"), rows)


BLOCKS: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {"reference": reference, "reasons": reasons, "rules": rules, "views": views}
)
"""Name between the markers of a document -> what belongs there."""


def renewed(text: str, language: Language) -> str:
    """A document with everything between `<!-- begin NAME -->` and `<!-- end NAME -->` made anew.

    Raises:
        ValueError: a begin mark without its end mark.
    """
    for name, block in BLOCKS.items():
        head, begin, rest = text.partition(f"<!-- begin {name} -->\n")
        _, end, tail = rest.partition(f"<!-- end {name} -->")
        if begin and not end:
            raise ValueError(f"no end mark for {name}")
        text = f"{head}{begin}\n{block(language)}\n\n{end}{tail}" if begin else text
    return text


def language_of(path: Path) -> Language:
    """`zh` for `*.zh-CN.md`, else `en`."""
    return "zh" if path.name.endswith(".zh-CN.md") else "en"


def main(folder: Path = Path("docs")) -> None:
    """Write the generated parts of every document in `folder`."""
    for path in sorted(folder.glob("*.md")):
        path.write_text(renewed(path.read_text(encoding="utf-8"), language_of(path)), encoding="utf-8")


def _say(language: Language, english: str, chinese: str) -> str:
    return english if language == "en" else chinese


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines)


def _model_part(model: type[BaseModel], language: Language) -> str:
    about = words()["models"][model.__name__]
    head = _say(language, "key|type|default|meaning", "键|类型|默认值|含义").split("|")
    rows = [
        (f"`{name}`", type_text(field.annotation, language), _default(field, language), about["keys"][name][language])
        for name, field in model.model_fields.items()
    ]
    return f"### {about['title'][language]}\n\n`{about['where']}`\n\n{_table(head, rows)}"


def type_text(annotation: Any, language: Language) -> str:
    """A type as a reader of YAML understands it."""
    if annotation in _SCALARS:
        return _say(language, *_SCALARS[annotation])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        title: str = words()["models"][annotation.__name__]["title"][language]
        return f"[{title}](#{title.lower().replace(' ', '-')})"
    origin, inner = get_origin(annotation), [a for a in get_args(annotation) if a not in {NoneType, Ellipsis}]
    if origin is Annotated:
        return type_text(inner[0], language)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    parts = [type_text(part, language) for part in inner]
    if origin is tuple:
        return _say(language, f"list: {parts[0]}", f"列表：{parts[0]}")
    if origin is dict:
        return _say(language, f"name → {parts[1]}", f"名称 → {parts[1]}")
    return _say(language, " or ", " 或 ").join(parts)


def _default(field: FieldInfo, language: Language) -> str:
    if field.is_required():
        return _say(language, "**required**", "**必填**")
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return "–"
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    plain = [_plain(item) for item in value] if isinstance(value, tuple) else _plain(plain)
    if isinstance(plain, str):
        return f'`"{plain}"`' if plain in {"", ",", "."} else f"`{plain}`"
    if isinstance(plain, dict) and not any(v is not None for v in plain.values()):
        return "–"
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, sort_keys=False).removesuffix("...\n")
    return f"`{text.strip()}`"


def _plain(value: Any) -> Any:
    """What YAML can write."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    return str(value) if isinstance(value, Decimal) else value


def _dataset_part(dataset: Dataset, language: Language) -> str:
    title = _say(language, f"Dataset {dataset.name}", f"数据集 {dataset.name}（{dataset.zh}）")
    return "\n\n".join([f"### {title}", *(_table_part(table, language) for table in dataset.tables)])


def _table_part(table: Table, language: Language) -> str:
    about = [
        _say(language, f"Table `{table.name}`", f"表 `{table.name}`"),
        _say(language, "key ", "主键 ") + ", ".join(f"`{name}`" for name in table.key),
        _say(language, "only compared with, never loaded", "仅用于核对，不导入")
        if table.evidence
        else _say(language, "becomes ERP table ", "对应 ERP 表 ") + f"`{ERP_TABLES[table.erp_table].name}`",
    ]
    for measure, chinese in (("money", "金额"), ("quantity", "数量"), ("points", "积分")):
        if column := getattr(table, measure):
            about.append(_say(language, f"{measure} conserved: `{column}`", f"守恒{chinese}：`{column}`"))
    if table.derivable or table.evidence:
        about.append(_say(language, "may be left out", "可省略"))
    head = _say(language, "column|type|required|default|vocabulary|personal|meaning", "列|类型|必填|默认值|词表|个人信息|含义").split("|")
    joined = _say(language, "; ", "；").join(about) + _say(language, ".", "。")
    return f"{joined}\n\n{_table(head, (_column_row(table, field, language) for field in table.fields))}"


def _column_row(table: Table, field: Field, language: Language) -> tuple[str, ...]:
    yes = _say(language, "yes", "是")
    kind = f"decimal({field.scale})" if field.type == "decimal" else field.type
    columns = words()["columns"]
    meaning: str = (columns.get(f"{table.name}.{field.name}") or columns[field.name])[language]
    default = "" if field.default is None else f"`{field.default}`"
    vocabulary = f"`{field.vocabulary}`" if field.vocabulary else ""
    return f"`{field.name}`", kind, yes if field.required else "", default, vocabulary, yes if field.personal else "", meaning


def _vocabularies(language: Language) -> str:
    head = _say(language, "vocabulary|values|translated while", "词表|取值|翻译阶段").split("|")
    stages = {True: _say(language, "cleaning", "清洗"), False: _say(language, "mapping", "映射")}
    rows = [(f"`{name}`", ", ".join(f"`{v}`" for v in values), stages[name in CANONICAL]) for name, values in VOCABULARIES.items()]
    return f"### {_say(language, 'All vocabularies', '全部词表')}\n\n{_table(head, rows)}"


def _presets(language: Language) -> str:
    folder = resources.files("migration_pipeline.raw") / "presets"
    rows = []
    for name in preset_names():
        spec = source.SourceSpec.model_validate(parse_yaml((folder / f"{name}.yaml").read_text(encoding="utf-8")))
        files = ", ".join(f"`{file}`" for file in dict.fromkeys(i.file for i in spec.inputs.values()))
        formats = ", ".join(dict.fromkeys(i.format for i in spec.inputs.values()))
        tables = ", ".join(table for dataset in spec.datasets.values() for table in dataset)
        rows.append((f"`{name}`", spec.title, formats, files, tables))
    head = _say(language, "preset|store system|formats|files per store|tables", "预设|门店系统|格式|每店文件|表").split("|")
    return f"### {_say(language, 'All presets', '全部预设')}\n\n{_table(head, rows)}"


if __name__ == "__main__":
    main()
