"""From bytes to text: strict decoding that says where it fails and what would have worked.

Belongs here: codecs. Does not belong here: the structure of any file format.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from migration_pipeline.runtime.errors import BadInputError

CANDIDATES = ("utf-8", "gb18030", "big5")
CHUNK = 1 << 20
CLEARLY_UTF8 = 32
"""So many characters beyond ASCII that are valid UTF-8 are UTF-8 and nothing else; fewer may be chance."""
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Chunks = Callable[[], Iterable[bytes]]


def codec_name(encoding: str, path: Path) -> str:
    """Python's name of an encoding, `utf-8` for every way to write it.

    Raises:
        BadInputError: there is no such encoding.
    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise BadInputError(f"there is no encoding {encoding!r}", where=str(path), fix="use utf-8, gb18030, big5, utf-16 ...") from error
    return "utf-8" if name in {"utf-8-sig", "utf-8"} else name


def as_utf8(data: bytes, encoding: str, path: Path) -> bytes:
    """A whole file's bytes as UTF-8 without byte order mark.

    Raises:
        BadInputError: unknown encoding, bytes that are not in it, a byte order mark or text that shows another one, NUL bytes.
    """
    codec = codec_name(encoding, path)
    _refuse_other_bom(data[:3], codec, path)
    text = _decoded(data, codec, path)
    if codec != "utf-8":
        _refuse_disguised_utf8(data, codec, path)
        data = text.encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    if (place := data.find(b"\0")) >= 0:
        raise _nul(path, data.count(b"\n", 0, place) + 1)
    return data


def decoded_chunks(path: Path, encoding: str) -> Iterator[str]:
    """A file's text, a megabyte at a time, without byte order mark.

    Raises:
        BadInputError: as `as_utf8`.
    """
    codec = codec_name(encoding, path)
    decoder, offset, line, first = codecs.getincrementaldecoder(codec)("strict"), 0, 1, True
    for chunk in file_chunks(path):
        if first:
            _refuse_other_bom(chunk[:3], codec, path)
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(codec, "ignore").count("\n")
            raise _wrong(lambda: file_chunks(path), codec, path, offset - pending + error.start, line + before) from error
        if "\0" in text:
            raise _nul(path, line + text[: text.index("\0")].count("\n"))
        offset, line = offset + len(chunk), line + text.count("\n")
        yield text.removeprefix("\ufeff") if first else text
        first = False
    if decoder.getstate()[0]:
        raise _wrong(lambda: file_chunks(path), codec, path, offset, line)


def file_chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, a megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _decoded(data: bytes, codec: str, path: Path) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(codec, "ignore").count("\n") + 1
        raise _wrong(lambda: [data], codec, path, error.start, line) from error


def _wrong(chunks: Chunks, codec: str, path: Path, offset: int, line: int) -> BadInputError:
    fits = [name for name in _candidates(chunks) if name != codec]
    readable = " or ".join(fits) or "none of the usual encodings"
    what = f"the bytes at offset {offset} are not {codec}; the file is readable as {readable}"
    fix = f"write encoding: {fits[0]} in the input" if fits else "export the file again, or ask which encoding it has"
    return BadInputError(what, where=f"{path}:{line}", fix=fix)


def _candidates(chunks: Chunks) -> list[str]:
    start = next(iter(chunks()), b"")
    marked = [name for bom, name in _BOMS.items() if start.startswith(bom)]
    return marked or [name for name in CANDIDATES if _decodes(chunks(), name)]


def _decodes(chunks: Iterable[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_other_bom(start: bytes, codec: str, path: Path) -> None:
    for bom, name in _BOMS.items():
        if start.startswith(bom) and not codec.startswith(name):
            raise BadInputError(
                f"the file begins with the byte order mark of {name}, not {codec}",
                where=f"{path}:1",
                fix=f"write encoding: {name} in the input",
            )


def _refuse_disguised_utf8(data: bytes, codec: str, path: Path) -> None:
    """UTF-8 read as GB18030 mostly decodes, into other characters: a silent corruption."""
    if codec.startswith(("utf", "ascii")):
        return
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if len(data) - len(text) >= 2 * CLEARLY_UTF8:
        raise BadInputError(f"the file is utf-8, not {codec}", where=str(path), fix="write encoding: utf-8 in the input")


def _nul(path: Path, line: int) -> BadInputError:
    return BadInputError(
        "there is a NUL byte: the file is damaged, binary, or UTF-16",
        where=f"{path}:{line}",
        fix="export it again, or write encoding: utf-16",
    )
