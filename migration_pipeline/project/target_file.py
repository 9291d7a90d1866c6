"""The kept description of the ERP: `target/<target>.yaml` of the migration project, versioned with it.

Belongs here: reading and writing that file. Does not belong here: its form and comparing (`contracts/target_description.py`).
"""

from pathlib import Path

import yaml
from pydantic import ValidationError

from migration_pipeline.contracts.target_description import TargetDescription
from migration_pipeline.project.load import as_bad_input
from migration_pipeline.project.yaml_lines import read_yaml


def target_file(folder: Path, target: str) -> Path:
    """Where a project keeps the description."""
    return folder / "target" / f"{target}.yaml"


def kept_description(folder: Path, target: str) -> TargetDescription | None:
    """The kept description, or None if there is none yet.

    Raises:
        BadInputError: the file is not as `TargetDescription` says, with its line.
    """
    path = target_file(folder, target)
    if not path.is_file():
        return None
    values, lines = read_yaml(path)
    try:
        return TargetDescription.model_validate(values)
    except ValidationError as error:
        raise as_bad_input(path, lines, error, TargetDescription) from error


def keep_description(folder: Path, description: TargetDescription) -> Path:
    """Write the description; the same ERP gives the same file, byte for byte."""
    path = target_file(folder, description.target)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = description.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=140)
    head = "# What the ERP said about itself; `store2erp target describe` writes it anew, a load compares it first.\n"
    path.write_text(head + text, encoding="utf-8")
    return path
