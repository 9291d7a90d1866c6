"""Damage done to good files: to their bytes, to their text, and to what is packed inside them. Everything follows from the seed.

Belongs here: how a file is damaged, and what a reader still owes of it. Does not belong here: whether it does (`one_input.py`).
"""

import gzip
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from migration_pipeline_tests.fuzz.good_files import MARK, GoodFile, good_file, names

Promise = Literal["none", "rows", "whole or refused"]
Change = Callable[[random.Random, bytes], bytes]
_MARKS = rb"[\"',;\t\r\n<>/{}\[\]():=&`|\\]"
_ODD = (
    *(
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xf5\x80\x80\x80",
        b"\x80",
        b"\xff",
        b"\x1a",
        b"\x7f",
    ),
    *(b"\r", b"\n", b"\r\n", b"\x0b", b"\x0c", b"\x85", "\u2028".encode(), "锟斤拷".encode(), "货".encode("gb18030"), "貨".encode("big5")),
    *(
        b"'",
        b'"',
        b'""',
        b"\\",
        b"\\'",
        b"\\x",
        b"\\u0000",
        b"\\ud800",
        b"\\.",
        b"\\N",
        b"--",
        b"/*",
        b"*/",
        b"$$",
        b"#",
        b";",
        b"&#0;",
        b"&x;",
    ),
    *(
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
        b"<?xml version='1.0' encoding='utf-7'?>",
        b"<a xmlns:b=''>",
        b"</table>",
    ),
    *(
        b"NaN",
        b"1e999",
        b"-0",
        b"Infinity",
        b"null",
        b"NULL",
        b"E'\\x9f'",
        b"CAST(",
        b"0x",
        b"COPY ",
        b"INSERT INTO ",
        b"{",
        b"}",
        b"[",
        b"]",
    ),
    *(b"PK\x03\x04", b"PAR1", b"SQLite format 3\0", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)
_NUMBERS = (b"0", b"-1", b"1048577", b"2147483648", b"4294967295", b"99999999999999999999", b"9" * 400, b"1e400", b"0.0000000000000000001")
_CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5", "cp1252")


@dataclass(frozen=True)
class Mutated:
    """A damaged file.

    Attributes:
        content: its bytes.
        how: the names of the changes.
        promise: what a complete reading still owes: `rows`: as many as the good file has (or a refusal, where the format sums its bytes
            up); `whole or refused`: the same, for a file that was cut off but shows its end.
    """

    content: bytes
    how: tuple[str, ...]
    promise: Promise = "none"


def mutated(good: GoodFile, seed: int, index: int) -> Mutated:
    """The `index`-th damage to a good file; every eighth cuts it off, every eighth changes letters inside of a value."""
    rng = random.Random(f"{seed}/{good.name}/{index}")  # noqa: S311 - to be repeated, not to be safe
    if index % 8 == 0:
        place = int(index // 8 * 0.618033988749895 % 1 * len(good.content))  # spreads evenly, until every place has been tried
        return Mutated(good.content[:place], ("cut off",), "whole or refused" if good.shows_end else "none")
    if index % 8 == 1 and good.codec:
        return Mutated(_inside(rng, good, lambda _, data: _other_letters(rng, data, good.codec or "")), ("other letters",), "rows")
    content, how = good.content, []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        name, change = _drawn(rng)
        inside = rng.random() < 0.7
        content = _inside(rng, good, change, content) if inside else change(rng, content)
        how.append(f"{name} inside" if inside and _packed(good) else name)
    return Mutated(content, tuple(how))


def _drawn(rng: random.Random) -> tuple[str, Change]:
    change = rng.choice(_RARE if rng.random() < 0.03 else _CHANGES)
    return change.__name__.strip("_").replace("_", " "), change


def _packed(good: GoodFile) -> bool:
    return good.file.endswith((".gz", ".zip", ".xlsx", ".ods"))


def _inside(rng: random.Random, good: GoodFile, change: Change, content: bytes | None = None) -> bytes:
    """Change what is packed, then pack it again; a file that is not packed (or no longer unpacks) is changed itself."""
    content = good.content if content is None else content
    try:
        if good.file.endswith(".gz"):
            return gzip.compress(change(rng, gzip.decompress(content)), 1)
        return _in_member(rng, content, change) if _packed(good) else change(rng, content)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError, IndexError, zlib.error):
        return change(rng, content)


def _in_member(rng: random.Random, content: bytes, change: Change) -> bytes:
    """Mostly the rows, now and then another member; one is left out, doubled or renamed at times."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    large = max(range(len(members)), key=lambda place: len(members[place][1]) * (MARK.encode() in members[place][1]))
    chosen = large if change.__name__ == "<lambda>" or rng.random() < 0.6 else rng.randrange(len(members))
    name, data = members[chosen]
    members[chosen] = (name, change(rng, data))
    if change.__name__ != "<lambda>" and rng.random() < 0.1:
        members = rng.choice((members[:chosen] + members[chosen + 1 :], [*members, members[chosen]], [*members[:-1], ("../x", data)]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            if name not in archive.namelist():
                archive.writestr(name, data)
    return packed.getvalue()


def _other_letters(rng: random.Random, data: bytes, codec: str) -> bytes:
    places = [found.start() for found in re.finditer(re.escape(MARK.encode(codec)), data)]
    place, size = rng.choice(places), len(MARK.encode(codec))
    return data[:place] + "".join(rng.choices("abcxyzABCXYZ", k=len(MARK))).encode(codec) + data[place + size :]


def _range(rng: random.Random, data: bytes, most: int = 200) -> tuple[int, int]:
    begin = rng.randrange(len(data) + 1)
    return begin, min(len(data), begin + rng.randint(1, rng.choice((1, 4, 30, most))))


def _put(rng: random.Random, data: bytes, what: bytes) -> bytes:
    """At any place, at the start, or behind a mark."""
    marks = [found.end() for found in re.finditer(_MARKS, data[:20_000])] if rng.random() < 0.5 else []
    place = rng.choice(marks) if marks else rng.choice((0, len(data), rng.randrange(len(data) + 1)))
    return data[:place] + what + data[place:]


def _flip_bit(rng: random.Random, data: bytes) -> bytes:
    place = rng.randrange(max(1, len(data)))
    return data[:place] + bytes(byte ^ 1 << rng.randrange(8) for byte in data[place : place + 1]) + data[place + 1 :]


def _overwrite(rng: random.Random, data: bytes) -> bytes:
    begin, end = _range(rng, data, 16)
    return data[:begin] + rng.choice((rng.randbytes(end - begin), b"\0" * (end - begin), b"\xff" * (end - begin))) + data[end:]


def _delete(rng: random.Random, data: bytes) -> bytes:
    begin, end = _range(rng, data)
    return data[:begin] + data[end:]


def _duplicate(rng: random.Random, data: bytes) -> bytes:
    begin, end = _range(rng, data)
    return data[:end] + data[begin:end] * rng.choice((1, 1, 5)) + data[end:]


def _insert_odd(rng: random.Random, data: bytes) -> bytes:
    return _put(rng, data, rng.choice(_ODD) * rng.choice((1, 1, 1, 2, 9)))


def _insert_random(rng: random.Random, data: bytes) -> bytes:
    return _put(rng, data, rng.randbytes(rng.randint(1, 40)))


def _cut_both_ends(rng: random.Random, data: bytes) -> bytes:
    return data[rng.randrange(len(data) // 4 + 1) : len(data) - rng.randrange(len(data) // 4 + 1)]


def _swap_blocks(rng: random.Random, data: bytes) -> bytes:
    a, b, c = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _splice(rng: random.Random, data: bytes) -> bytes:
    other = good_file(rng.choice(names())).content
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other)) :]


def _delete_mark(rng: random.Random, data: bytes) -> bytes:
    marks = [found.start() for found in re.finditer(_MARKS, data[:100_000])]
    place = rng.choice(marks) if marks else len(data)
    return data[:place] + data[place + 1 :]


def _other_mark(rng: random.Random, data: bytes) -> bytes:
    marks = [found.start() for found in re.finditer(_MARKS, data[:100_000])]
    place = rng.choice(marks) if marks else len(data)
    return data[:place] + rng.choice((b"'", b'"', b",", b";", b"\n", b"<", b">", b"{", b"]", b"(", b")", b"\\")) + data[place + 1 :]


def _other_number(rng: random.Random, data: bytes) -> bytes:
    found = rng.choice(list(re.finditer(rb"\d+", data[:100_000])) or [None])
    return data[: found.start()] + rng.choice(_NUMBERS) + data[found.end() :] if found else data


def _other_codec(rng: random.Random, data: bytes) -> bytes:
    text = data.decode(rng.choice(("utf-8", "gb18030")), "replace")
    part = rng.choice((0, 0, rng.randrange(len(text) + 1)))
    return text[:part].encode(errors="replace") + text[part:].encode(rng.choice(_CODECS), "replace")


def _other_line_ends(rng: random.Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", rng.choice((b"\r", b"\r\n", b"\n\n", b"\n\r", b"", b"\x85")))


def _double_lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    place = rng.choice((0, rng.randrange(len(lines))))
    return b"\n".join([*lines[:place], lines[place], *lines[place:]])


def _double_words(rng: random.Random, data: bytes) -> bytes:
    """One word of the first kilobyte takes the place of another: two columns, members or tags of one name."""
    words = list(re.finditer(rb"\w{2,}", data[:1000]))
    if len(words) < 2:
        return data
    one, other = rng.choice(words), rng.choice(words)
    return data[: one.start()] + other.group() + data[one.end() :]


def _huge_value(rng: random.Random, data: bytes) -> bytes:
    return _put(rng, data, rng.choice((b"A", b"7", b" ", "货".encode(), b"'", b'"', b"(", b"\t", b",")) * rng.choice((70_000, 300_000)))


def _deep_nesting(rng: random.Random, data: bytes) -> bytes:
    opened, closed = rng.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")"), (b"/*", b"*/"), (b"<table><tr><td>", b""))
    )
    depth = rng.choice((300, 3000, 100_000))
    return _put(rng, data, opened * depth + rng.choice((b"1", b"")) + closed * rng.choice((depth, 0)))


def _repeat(rng: random.Random, data: bytes) -> bytes:
    return data * rng.choice((2, 30))


_RARE: tuple[Change, ...] = (_huge_value, _deep_nesting, _repeat)
_CHANGES: tuple[Change, ...] = (
    *(_flip_bit, _overwrite, _delete, _duplicate, _insert_odd, _insert_odd, _insert_random, _cut_both_ends, _swap_blocks, _splice),
    *(_delete_mark, _delete_mark, _other_mark, _other_number, _other_codec, _other_line_ends, _double_lines, _double_words),
)
