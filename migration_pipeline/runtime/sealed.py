"""Files encrypted at rest in the age format (age-encryption.org/v1), which the standard `age` tool opens as well.

Belongs here: sealing, opening, keys. Does not belong here: which files are sealed and under what name (`raw/archive.py`).
Public keys stand in the project file; the private key lies in a file that only an environment variable names.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import pyrage

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.file_hash import Sink, Source

SUFFIX = ".age"
IDENTITY_VARIABLE = "STORE2ERP_ARCHIVE_IDENTITY"


def is_sealed(path: Path) -> bool:
    """Whether a file of the archive is encrypted: its name says so, for a store's own file may be an age file itself."""
    return path.suffix == SUFFIX


def seal(source: Source, sink: Sink, recipients: Sequence[str]) -> None:
    """Encrypt all of `source` for age public keys (`age1...`), in chunks.

    Raises:
        BadInputError: no recipient, or one that is no age public key.
        InfrastructureError: `source` cannot be read or `sink` cannot be written.
    """
    keys = [_recipient(number, text) for number, text in enumerate(recipients, 1)]
    try:
        pyrage.encrypt_io(source, sink, keys)
    except pyrage.EncryptError as error:
        if not keys:
            raise _no_recipient("there is no recipient") from error
        raise InfrastructureError(f"encrypting failed ({error})", where="archive", fix="check the disk") from error


def unseal(source: Source, sink: Sink, identity_variable: str = IDENTITY_VARIABLE, *, where: str = "archive") -> None:
    """Decrypt all of `source`, in chunks; what is already in `sink` when this raises is not to be used.

    Raises:
        BadInputError: no key, another key, or any byte changed or cut off.
    """
    keys = _identities(identity_variable)
    try:
        pyrage.decrypt_io(source, sink, keys)
    except pyrage.DecryptError as error:
        raise BadInputError(
            f"the file cannot be decrypted ({error})",
            where=where,
            fix=f"let {identity_variable} name the file with the key it was encrypted for; if it does, the file is damaged",
        ) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise BadInputError("the encrypted file has changed or is cut off", where=where, fix="take it from another copy") from error


@contextmanager
def opened(path: Path, identity_variable: str = IDENTITY_VARIABLE) -> Iterator[BinaryIO]:
    """The plain bytes of a file of the archive, sealed or not; the file can be sought in.

    A sealed file is decrypted as a whole before the first byte is given out, into a temporary file without a name (in `TMPDIR`), which
    is gone when it is closed or when the process dies.

    Raises:
        BadInputError: as `unseal`.
    """
    with path.open("rb") as stored:
        if not is_sealed(path):
            yield stored
            return
        with tempfile.TemporaryFile() as plain:
            unseal(stored, plain, identity_variable, where=str(path))
            plain.seek(0)
            yield cast("BinaryIO", plain)


@contextmanager
def plain_path(path: Path, identity_variable: str = IDENTITY_VARIABLE) -> Iterator[Path]:
    """As `opened`, for libraries that want a path: the file itself, or a decrypted copy in a private folder that is removed."""
    if not is_sealed(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="store2erp-") as folder:
        copy = Path(folder) / "plain"
        with path.open("rb") as stored, copy.open("wb") as plain:
            unseal(stored, plain, identity_variable, where=str(path))
        yield copy


def _recipient(number: int, text: str) -> object:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:  # the text is not shown: somebody may have pasted the private key
        raise _no_recipient(f"recipient {number} is no age public key") from error


def _no_recipient(what: str) -> BadInputError:
    return BadInputError(what, where="archive: recipients", fix="write public keys as `age-keygen -y KEYFILE` prints them: age1...")


def _identities(variable: str) -> list[object]:
    named = os.environ.get(variable)
    if not named:
        raise BadInputError(
            "the archive is encrypted and no key is given", where=variable, fix=f"export {variable}=PATH of the age key file"
        )
    try:
        lines = Path(named).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"the key file {named} cannot be read", where=variable, fix="name the age key file") from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        found: list[object] = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:  # without the error's own text, which may show a part of the key
        raise BadInputError(
            f"the file {named} holds no age private key", where=variable, fix="name the file that `age-keygen` wrote: AGE-SECRET-KEY-1..."
        )
    return found
