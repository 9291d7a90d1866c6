"""From bytes to text: strict decoding that says where it fails and what would have worked.

Belongs here: codecs. Does not belong here: finding out which one a file has (`encoding_auto.py`), the structure of any file format.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from migration_pipeline.runtime.errors import BadInputError

CHUNK = 1 << 20
CANDIDATES = ("utf-8", "gb18030", "big5")
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CLEARLY_UTF8 = 32
"""So many characters beyond ASCII that are valid UTF-8 are UTF-8 and nothing else; fewer may be chance."""
_CHINESE = frozenset({"gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950"})
_WESTERN = frozenset({"cp1252", "iso8859-1", "iso8859-15"})
_UTF8_WORD = re.compile(rb"(?<![\x80-\xff])[\xe2-\xef][\x80-\xbf]{2}(?:[\xe2-\xef][\x80-\xbf]{2})++(?![\x80-\xff])")
_UTF8_LETTER = re.compile(rb"[a-z]\xc3[\x80-\xbf](?![\x80-\xff])")
_FOREIGN = 16
"""Evidence that words are UTF-8 (squares of their lengths, each word once): one of four characters, or four of two. Fewer may be chance."""

Chunks = Callable[[], Iterable[bytes]]


def codec_name(encoding: str, path: Path) -> str:
    """Python's name of an encoding, `utf-8` for every way to write it.

    Raises:
        BadInputError: there is no such encoding.
    """
    try:
        b"a".decode(encoding)
        codecs.getincrementaldecoder(encoding)
    except UnicodeDecodeError:
        pass
    except (LookupError, UnicodeError) as error:
        raise BadInputError(f"there is no encoding {encoding!r}", where=str(path), fix="use utf-8, gb18030, big5, utf-16 ...") from error
    name = codecs.lookup(encoding).name
    return "utf-8" if name == "utf-8-sig" else name


def settled_encoding(path: Path, encoding: str) -> str:
    """Python's name of the encoding a file is read with; `auto` looks at the file.

    Raises:
        BadInputError: there is no such encoding, or it cannot be told.
    """
    from migration_pipeline.raw.readers.encoding_auto import detected  # which itself needs this module

    return detected(path) if encoding == "auto" else codec_name(encoding, path)


def decoded_chunks(path: Path, encoding: str) -> Iterator[str]:
    """A file's text, about a megabyte at a time, without byte order mark; `encoding` may be `auto`.

    Raises:
        BadInputError: unknown encoding, bytes that are not in it, a byte order mark or words that show another one, NUL bytes.
    """
    return (text for _, text in _decoded(path, settled_encoding(path, encoding)))


def utf8_chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """A file as UTF-8 without byte order mark, about a megabyte at a time; a character may lie on two chunks.

    Raises:
        BadInputError: as `decoded_chunks`.
    """
    codec = settled_encoding(path, encoding)
    if codec != "utf-8":
        return (text.encode() for _, text in _decoded(path, codec))
    return (chunk.removeprefix(codecs.BOM_UTF8) if not place else chunk for place, (chunk, _) in enumerate(_decoded(path, codec)))


def file_chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, a megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def line_ends(text: str) -> int:
    """How many lines end in a text."""
    return text.count("\n") or text.count("\r")


def _decoded(path: Path, codec: str) -> Iterator[tuple[bytes, str]]:
    """The file's chunks as they are and as text."""
    decoder, watch, offset, line = codecs.getincrementaldecoder(codec)("strict"), _Utf8Watch(codec, path), 0, 1
    for chunk in file_chunks(path):
        if not offset:
            _refuse_other_bom(chunk[:3], codec, path)
        pending = len(decoder.getstate()[0])
        watch.look(chunk, line)
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            before = line_ends(error.object[: error.start].decode(codec, "ignore"))
            raise _wrong(lambda: file_chunks(path), codec, path, offset - pending + error.start, line + before) from error
        except UnicodeError as error:
            raise _no_bom(codec, path) from error
        if "\0" in text:
            raise _nul(path, line + line_ends(text[: text.index("\0")]))
        yield chunk, text if offset else text.removeprefix("\ufeff")
        offset, line = offset + len(chunk), line + line_ends(text)
    if decoder.getstate()[0]:
        raise _wrong(lambda: file_chunks(path), codec, path, offset, line)


class _Utf8Watch:
    """Looks for UTF-8 in a file of another encoding: most of it decodes there too, into other characters, a silent corruption."""

    def __init__(self, codec: str, path: Path) -> None:
        self.codec, self.path = codec, path
        self.pattern = _UTF8_WORD if codec in _CHINESE else _UTF8_LETTER if codec in _WESTERN else None
        self.ascii_so_far = not codec.startswith(("utf", "ascii"))
        self.words: dict[bytes, int] = {}

    def look(self, chunk: bytes, line: int) -> None:
        """Take note of one chunk, which begins in a line.

        Raises:
            BadInputError: the file is UTF-8, or has lines of UTF-8.
        """
        if self.ascii_so_far and not chunk.isascii():
            self.ascii_so_far = False
            self._refuse_utf8(chunk)
        if self.pattern is None or (self.pattern is _UTF8_WORD and not _may_hold_utf8(chunk)):
            return
        for found in self.pattern.finditer(chunk):
            word = found.group()
            self.words.setdefault(word, line + chunk.count(b"\n", 0, found.start()))
            if self.pattern is _UTF8_LETTER or sum((len(w) // 3) ** 2 for w in self.words) >= _FOREIGN:
                raise self._mixed()

    def _refuse_utf8(self, chunk: bytes) -> None:
        text = chunk.decode(errors="ignore")
        cut = 3  # bytes of a character that the chunk's end may have cut
        if len(chunk) - len(text.encode()) <= cut and chunk.startswith(text.encode()) and len(chunk) - len(text) >= 2 * CLEARLY_UTF8:
            raise BadInputError(f"the file is utf-8, not {self.codec}", where=str(self.path), fix="write encoding: utf-8 in the input")

    def _mixed(self) -> BadInputError:
        return BadInputError(
            f"mixed encodings: this line is utf-8, lines before or after it are {self.codec}",
            where=f"{self.path}:{min(self.words.values())}",
            fix="export the file again in one encoding; write encoding: utf-8 if all of it is",
        )


def _may_hold_utf8(chunk: bytes) -> bool:
    """Whether there are two characters of three bytes beside each other, in UTF-8; seven times as fast as the pattern."""
    data = np.frombuffer(chunk, np.uint8)
    first, more = (data >= 0xE2) & (data <= 0xEF), data & 0xC0 == 0x80
    return bool((first[:-5] & more[1:-4] & more[2:-3] & first[3:-2] & more[4:-1] & more[5:]).any())


def _wrong(chunks: Chunks, codec: str, path: Path, offset: int, line: int) -> BadInputError:
    fits = [name for name in _candidates(chunks) if name != codec]
    readable = " or ".join(fits) or "none of the usual encodings (mixed encodings, or damaged)"
    what = f"the bytes at offset {offset} are not {codec}; the file is readable as {readable}"
    fix = f"write encoding: {fits[0]} in the input" if fits else "export the file again, or ask which one it has and write encoding: X"
    return BadInputError(what, where=f"{path}:{line}", fix=fix)


def _candidates(chunks: Chunks) -> list[str]:
    start = next(iter(chunks()), b"")
    marked = [name for bom, name in BOMS.items() if start.startswith(bom)]
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
    for bom, name in BOMS.items():
        if start.startswith(bom) and not codec.startswith(name):
            raise BadInputError(
                f"the file begins with the byte order mark of {name}, not {codec}",
                where=f"{path}:1",
                fix=f"write encoding: {name} in the input",
            )


def _no_bom(codec: str, path: Path) -> BadInputError:
    return BadInputError(
        f"the file does not begin with a byte order mark, which {codec} needs",
        where=f"{path}:1",
        fix=f"write encoding: {codec}-le or encoding: {codec}-be in the input, or export the file again",
    )


def _nul(path: Path, line: int) -> BadInputError:
    return BadInputError(
        "there is a NUL byte: the file is damaged, binary, or UTF-16",
        where=f"{path}:{line}",
        fix="export it again, or write encoding: utf-16",
    )
