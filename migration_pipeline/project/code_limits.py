"""What the project and the ERP together demand of new ERP codes.

Belongs here: the project's scheme against the kept description of the ERP. Does not belong here: the schema of `codes:` (`codes.py`), that
description (`target_file.py`).
"""

from pathlib import Path

from migration_pipeline.contracts.codes import CODE_COLUMNS, CodeLimit
from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.project.codes import CodeScheme, scheme_of, shortest
from migration_pipeline.project.load import FILE, LoadedProject
from migration_pipeline.project.target_file import kept_description, target_file
from migration_pipeline.project.yaml_lines import line_of, read_yaml
from migration_pipeline.runtime.errors import BadInputError


def code_limits(loaded: LoadedProject, target: str) -> dict[str, CodeLimit]:
    """Dataset -> what its new codes must keep to: the project's limit or, if shorter, the ERP's, as its description is kept.

    Raises:
        BadInputError: a scheme allows or needs longer codes than the ERP takes, with file:line.
    """
    kept = kept_description(loaded.folder, target)
    found = {}
    for dataset in CODE_COLUMNS:
        scheme = scheme_of(loaded.project.codes, dataset)
        erp = erp_limit(kept, dataset) if kept else CodeLimit()
        if erp.length is not None:
            _demand_short(loaded.folder, dataset, scheme, erp.length, str(target_file(loaded.folder, target)))
        found[dataset] = CodeLimit(scheme.characters, scheme.length or erp.length, erp.in_bytes)
    return found


def erp_limit(description: TargetDescription, dataset: str) -> CodeLimit:
    """The shortest that any column of the ERP takes of a dataset's codes; `item_code` of an item and of every line that names one."""
    columns = [table.columns[name] for table in description.tables.values() if (name := CODE_COLUMNS[dataset]) in table.columns]
    lengths = [column.length for column in columns if column.length is not None]
    return CodeLimit(length=min(lengths, default=None), in_bytes=any(column.counted == "bytes" for column in columns))


def _demand_short(folder: Path, dataset: str, scheme: CodeScheme, most: int, said_by: str) -> None:
    if scheme.length is not None and scheme.length > most:
        what = f"codes of {dataset} may have {scheme.length} characters, but the ERP takes {most} ({said_by})"
        raise BadInputError(what, where=_place(folder, dataset, "length"), fix=f"write {most} or less")
    for place, pattern in enumerate(scheme.patterns):
        if shortest(pattern) > most:
            what = f"the pattern {pattern!r} gives codes of at least {shortest(pattern)} characters, but the ERP takes {most} ({said_by})"
            where = _place(folder, dataset, "patterns", str(place))
            raise BadInputError(what, where=where, fix=f"write shorter patterns under codes: {dataset}:")


def _place(folder: Path, dataset: str, *more: str) -> str:
    path = folder / FILE
    _, lines = read_yaml(path)
    return f"{path}:{line_of(lines, ('codes', dataset, *more)) or 1}"
