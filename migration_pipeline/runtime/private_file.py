"""Files that only their owner can read, replaced whole.

Belongs here: writing them. Does not belong here: what is in them.
"""

import os
import tempfile
from pathlib import Path

from migration_pipeline.runtime.errors import InfrastructureError


def write_private(
    path: Path, content: bytes, *, what: str = "the report", fix: str = "make room or mend the folder", make_folder: bool = True
) -> None:
    """Write a file only its owner can read, never seen half-written.

    Args:
        path: where.
        content: all of it.
        what: what an error says cannot be written.
        fix: what to do then.
        make_folder: whether an absent folder is made, readable by the owner only.

    Raises:
        InfrastructureError: the folder is not there to be written to.
    """
    scratch: Path | None = None
    try:
        if make_folder:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        scratch = Path(name)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        scratch.replace(path)
    except OSError as error:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        raise InfrastructureError(f"{what} cannot be written: {error.strerror}", where=str(path), fix=fix) from error
