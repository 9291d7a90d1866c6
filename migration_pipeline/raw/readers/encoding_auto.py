"""Which encoding a file has that does not say so: `encoding: auto`.

Belongs here: byte order marks, the UTF-8 decision over the whole file, the choice between older encodings. Does not belong here: decoding
(`encoding.py`), which stays strict: a guess that turns out wrong later in the file is an error there, never other characters.
"""

import codecs
import re
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path

from charset_normalizer import CharsetMatch, from_bytes

from migration_pipeline.raw.readers.encoding import BOMS, CHUNK, CLEARLY_UTF8, file_chunks, line_ends
from migration_pipeline.runtime.errors import BadInputError

CHOICES = ("gb18030", "big5", "cp1252")
_OTHERS = ("cp949", "cp932", "euc_jis_2004", "cp1251")
"""What is recognised only to be refused: read as one of CHOICES it would be well-formed nonsense."""
_SAMPLE = 1 << 16
_CHUNKS = 8
_ENOUGH = 16
"""Bytes beyond ASCII, in distinct words, below which no choice is made."""
_LONG = 6
_CLEAR = 0.08
"""How much less mess (charset-normalizer's measure, 0 to 1) the choice must show than the next best."""
_WORD = re.compile(rb"(?<![A-Za-z])[A-Za-z]*+[\x80-\xff][^\r\n,;\t\"]*")


def detected(path: Path) -> str:
    """The file's encoding: utf-8, utf-16, utf-16-le, utf-16-be, gb18030, big5 or cp1252.

    Raises:
        BadInputError: several fit and nothing tells them apart, none fits, or lines of one encoding follow lines of another.
    """
    with path.open("rb") as file:
        start = file.read(CHUNK)
    marked = [name for bom, name in BOMS.items() if start.startswith(bom)]
    if marked:
        return marked[0]
    if start.count(b"\0") * 20 > len(start):
        return "utf-16-le" if start[1::2].count(b"\0") > start[::2].count(b"\0") else "utf-16-be"
    sample = _not_utf8(path)
    return _chosen(sample, path) if sample else "utf-8"


def _not_utf8(path: Path) -> bytes:
    """Distinct words beyond ASCII from where the file stops being UTF-8; nothing if all of it is."""
    decoder, line, beyond, rest = codecs.getincrementaldecoder("utf-8")("strict"), 1, 0, b""
    chunks = file_chunks(path)
    for chunk in chunks:
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode()
            if beyond + error.start - len(good) >= 2 * CLEARLY_UTF8:
                raise _mixed(path, line + line_ends(good)) from error
            return _words(chain([rest + chunk], islice(chunks, _CHUNKS)))
        line, beyond = line + line_ends(text), beyond + len(chunk) - len(text)
        rest = chunk[chunk.rfind(b"\n") + 1 :]
    if not decoder.getstate()[0]:
        return b""
    if beyond >= 2 * CLEARLY_UTF8:
        raise _mixed(path, line)
    return _words([rest])


def _words(chunks: Iterable[bytes]) -> bytes:
    """Distinct words beyond ASCII that are not UTF-8 themselves, one per line, as many as are needed; never a part of one."""
    words, size, rest = dict[bytes, None](), 0, b""
    for chunk in chain(chunks, [b"\n"]):
        end = chunk.rfind(b"\n") + 1
        whole, rest = rest + chunk[:end], (chunk[end:] if end else (rest + chunk)[-CHUNK:])
        for word in _WORD.findall(whole if end else b""):
            if word in words or (len(word) >= _LONG and _decodes(word, "utf-8")):
                continue
            words[word] = None
            size += len(word)
            if size > _SAMPLE:
                return b"\n".join(words)
    return b"\n".join(words)


def _chosen(sample: bytes, path: Path) -> str:
    matches = list(from_bytes(sample, cp_isolation=[*CHOICES, *_OTHERS]))
    enough = len(sample) - len(sample.decode("ascii", "ignore")) >= _ENOUGH
    if matches and enough and matches[0].encoding in CHOICES and _clear(matches):
        return matches[0].encoding
    raise _undecided(sample, matches, path)


def _clear(matches: list[CharsetMatch]) -> bool:
    best = matches[0]
    return all(other.chaos - best.chaos >= _CLEAR for other in matches[1:] if str(other) != str(best))


def _undecided(sample: bytes, matches: list[CharsetMatch], path: Path) -> BadInputError:
    fits = [name for name in CHOICES if _decodes(sample, name)]
    other = [match.encoding for match in matches[:1] if match.encoding in _OTHERS]
    named = [*other, *(name for name in fits if name not in other)]
    what = f"its encoding cannot be told for certain: it may be {' or '.join(named) or 'one that encoding: auto does not know'}"
    fix = f"write encoding: {' or encoding: '.join(named) or '...'} in the input, and look at a few names in the result"
    return BadInputError(what, where=str(path), fix=fix)


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        sample.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _mixed(path: Path, line: int) -> BadInputError:
    return BadInputError(
        "mixed encodings: the file is utf-8 up to here, and this line is not",
        where=f"{path}:{line}",
        fix="export the file again, or convert this line in a copy of it; write encoding: X if all of the file is in X",
    )
