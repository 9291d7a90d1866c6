"""Files that only their owner can read, replaced whole.

Belongs here: writing reports. Does not belong here: what is in them.
"""

import os
import tempfile
from pathlib import Path

from migration_pipeline.runtime.errors import InfrastructureError


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, never seen half-written.

    Raises:
        InfrastructureError: the folder is not there to be written to.
    """
    scratch: Path | None = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        scratch = Path(name)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        scratch.replace(path)
    except OSError as error:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        raise InfrastructureError(
            f"the report cannot be written: {error.strerror}", where=str(path), fix="make room or mend the folder"
        ) from error
