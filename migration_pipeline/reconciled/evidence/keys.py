"""The Ed25519 key that packs are signed with.

Belongs here: making, reading and naming keys, signing, checking. Does not belong here: what is signed (`layout.py`).
Messages name files, never what is in a key.
"""

import base64
import hashlib
import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PSEUDONYMS = b"store2erp evidence pseudonyms 1"


@dataclass(frozen=True)
class Signer:
    """A private key at work."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self.key.sign(data)

    def secret(self) -> str:
        """What keys of persons are hashed with, as hex digits: the same in every pack of this key, and nobody without it can guess back."""
        return hmac.new(self.key.private_bytes_raw(), _PSEUDONYMS, hashlib.sha256).hexdigest()


def fingerprint(public: bytes) -> str:
    """`SHA256:` and the hash of a public key in base64: what people compare, by telephone if need be."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def is_signed(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether a signature is that of the key under the data."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_key(path: Path) -> Signer:
    """Make a key pair: `path` for its owner only, `<path>.pub` for auditors; a key that is there is never overwritten.

    Raises:
        BadInputError: there is a file already.
        InfrastructureError: it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, content, mode in ((path, private, 0o600), (public_file(path), public, 0o644)):
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
    except FileExistsError as error:
        raise BadInputError("there is a file already", where=str(error.filename), fix="use that key, or name another file") from None
    except OSError as error:
        raise InfrastructureError(f"the key cannot be written: {error.strerror}", where=str(path), fix="name another place") from error
    return Signer(key)


def public_file(path: Path) -> Path:
    """Where the public half of a key lies."""
    return path.with_name(f"{path.name}.pub")


def read_key(path: Path) -> Signer:
    """A private key.

    Raises:
        BadInputError: it is not there, others can read it, or it is no Ed25519 key.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise BadInputError(
                "others can read the private key", where=str(path), fix=f"chmod 600 {path}; if others did read it, make a new key"
            )
        content = path.read_bytes()
    except OSError as error:
        fix = "make one with `store2erp evidence key`, or name one with --key FILE"
        raise BadInputError(f"the private key cannot be read: {error.strerror}", where=str(path), fix=fix) from None
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInputError("this is no Ed25519 private key", where=str(path), fix="make one with `store2erp evidence key`")
    return Signer(key)


def expected_fingerprint(key: str) -> str:
    """What an auditor knows of the signer: a file with the public key, or its fingerprint as text.

    Raises:
        BadInputError: it is neither.
    """
    if key.startswith("SHA256:"):
        return key.strip()
    try:
        public = load_pem_public_key(Path(key).read_bytes())
    except OSError as error:
        raise BadInputError(f"the public key cannot be read: {error.strerror}", where=key, fix="name the .pub file") from None
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise BadInputError("this is no Ed25519 public key", where=key, fix="name the .pub file that `store2erp evidence key` wrote")
    return fingerprint(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
