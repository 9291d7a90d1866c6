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
    name = info.filename.encode()
    made = _VERSION | _UNIX << 8
    head = (b"PK\1\2", made, _VERSION, _flags(info.filename), zipfile.ZIP_DEFLATED, 0, _STAMP, info.CRC, info.compress_size, info.file_size)
    return struct.pack(_CENTRAL, *head, len(name), 0, 0, 0, 0, _RIGHTS, info.header_offset) + name


def stored(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a member as far as it can be had: where its compressed bytes are damaged it ends, at the last good byte."""
    file.seek(info.header_offset + len(_local(info)))
    left, inflater = info.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (raw := file.read(min(_CHUNK, left))):
        left -= len(raw)
        before = inflater.copy()
        try:
            content = inflater.decompress(raw)
        except zlib.error:
            yield from _to_the_damage(before, raw)
            return
        if content:
            yield content


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
    """Members whose headers are not in the fixed form, and bytes that belong to no member; nothing for a pack that needs the zip64 form."""
    size = file.seek(0, 2)
    if size > _LARGE or len(infos) > 0xFFFF or any(info.file_size > _LARGE // 2 for info in infos):
        return []
    problems, place = [], 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        local = _local(info)
        file.seek(info.header_offset)
        if info.header_offset != place or file.read(len(local)) != local:
            problems.append(f"{info.filename}: its header in the archive was changed, or bytes were put before it")
        place = info.header_offset + len(local) + info.compress_size
    directory = b"".join(map(_central, infos))
    end = struct.pack(_END, b"PK\5\6", 0, 0, len(infos), len(infos), len(directory), place, 0)
    file.seek(min(place, size))
    if file.read() != directory + end:
        problems.append("the archive's directory was changed, or bytes were added to the archive")
    return problems
