"""The zip file a pack comes in: every byte of it is what it must be, or it is said.

Belongs here: its fixed form, reading members also where they are damaged. Does not belong here: what members mean (`verify.py`).
A pack is a plain zip any program opens; but times, rights, comments and extra fields have one allowed value each, so that nothing can be
put between, before or behind what is signed.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

_DATE = (1980, 1, 1, 0, 0, 0)
_LOCAL, _CENTRAL, _END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"
_STAMP, _VERSION, _UNIX, _RIGHTS = 33, 45, 3, 0o100600 << 16
_UTF8 = 0x800
_LARGE = 0xFFFFFFFF
_MANY = 0xFFFF
_CHUNK = 1 << 16


def member(name: str) -> zipfile.ZipInfo:
    """How a member is written: no time, its owner's rights, deflated."""
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _RIGHTS
    info.create_version = info.extract_version = _VERSION
    return info


def _flags(name: str) -> int:
    return 0 if name.isascii() else _UTF8


def _local(info: zipfile.ZipInfo) -> bytes:
    name = info.filename.encode()
    sizes = struct.pack("<HHQQ", 1, 16, info.file_size, info.compress_size)
    fixed = (b"PK\3\4", _VERSION, _flags(info.filename), zipfile.ZIP_DEFLATED, 0, _STAMP, info.CRC, _LARGE, _LARGE, len(name), len(sizes))
    return struct.pack(_LOCAL, *fixed) + name + sizes


def _central(info: zipfile.ZipInfo) -> bytes:
    """Sizes and places beyond `zipfile.ZIP64_LIMIT` go into an extra field, as Python writes them."""
    name, sizes, at = info.filename.encode(), (info.compress_size, info.file_size), info.header_offset
    made, large = _VERSION | _UNIX << 8, list[int]()
    if max(sizes) > zipfile.ZIP64_LIMIT:
        large, sizes = [info.file_size, info.compress_size], (_LARGE, _LARGE)
    if at > zipfile.ZIP64_LIMIT:
        large, at = [*large, at], _LARGE
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    head = (b"PK\1\2", made, _VERSION, _flags(info.filename), zipfile.ZIP_DEFLATED, 0, _STAMP, info.CRC, *sizes, len(name), len(extra))
    return struct.pack(_CENTRAL, *head, 0, 0, 0, _RIGHTS, at) + name + extra


def _end(count: int, size: int, place: int) -> bytes:
    """What stands behind the directory."""
    large = b""
    if count >= _MANY or max(size, place) > zipfile.ZIP64_LIMIT:
        large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, _VERSION, _VERSION, 0, 0, count, count, size, place)
        large += struct.pack("<4sLQL", b"PK\6\7", 0, place + size, 1)
    some = min(count, _MANY)
    return large + struct.pack(_END, b"PK\5\6", 0, 0, some, some, min(size, _LARGE), min(place, _LARGE), 0)


def stored(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a member as far as it can be had: where its compressed bytes are damaged it ends, at the last good byte.

    Bytes behind the end of what is compressed count as content, so that nothing hides there.
    """
    place = info.header_offset + len(_local(info))
    end, inflater = place + info.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    while raw := _read(file, place, min(_CHUNK, end - place)):
        place += len(raw)
        before = inflater.copy()
        try:
            content = inflater.decompress(raw)
        except zlib.error:
            yield from _to_the_damage(before, raw)
            return
        if content or inflater.unused_data:
            yield content + inflater.unused_data


def _read(file: IO[bytes], place: int, size: int) -> bytes:
    """Others read other members of the same file meanwhile."""
    file.seek(place)
    return file.read(size)


def _to_the_damage(inflater: "zlib._Decompress", raw: bytes) -> Iterator[bytes]:
    """Byte by byte, for what comes before the damage is lost when more than that goes in at once."""
    for place in range(len(raw)):
        try:
            content = inflater.decompress(raw[place : place + 1])
        except zlib.error:
            return
        if content:
            yield content


def container_problems(file: IO[bytes], infos: list[zipfile.ZipInfo]) -> list[str]:
    """Members whose headers are not in the fixed form, and bytes that belong to no member."""
    problems, place = [], 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        local = _local(info)
        file.seek(info.header_offset)
        if info.header_offset != place or file.read(len(local)) != local:
            problems.append(f"{info.filename}: its header in the archive was changed, or bytes were put before it")
        place = info.header_offset + len(local) + info.compress_size
    directory = b"".join(map(_central, infos))
    file.seek(min(place, file.seek(0, 2)))
    if file.read() != directory + _end(len(infos), len(directory), place):
        problems.append("the archive's directory was changed, or bytes were added to the archive")
    return problems
