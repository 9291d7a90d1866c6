"""A `query:` of an input may only read: one SELECT or WITH, no second statement, no word that writes.

Belongs here: this check, made before the query reaches a server. Does not belong here: the read-only transaction, the second lock
on the same door (`transaction.py`).
"""

import re

from migration_pipeline.runtime.errors import BadInputError

_NOT_CODE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/""", re.DOTALL | re.VERBOSE)
_WRITES = re.compile(r"\b(insert|update|delete|merge|into|truncate|drop|alter|create|grant|exec|execute)\b", re.IGNORECASE)
_READS = re.compile(r"\s*\(*\s*(select|with)\b", re.IGNORECASE)


def reading_query(query: str, where: str) -> str:
    """The query without a final semicolon.

    Raises:
        BadInputError: it does not only read. Names that are words like `update` must be quoted.
    """
    bare = query.strip().rstrip(";").strip()
    code = _NOT_CODE.sub(" ", bare)
    if not _READS.match(code):
        raise BadInputError("the query is no SELECT", where=where, fix="write one SELECT; a source is only ever read")
    if ";" in code:
        raise BadInputError("the query holds more than one statement", where=where, fix="write one SELECT")
    if word := _WRITES.search(code):
        raise BadInputError(
            f"the query holds the word {word[0].upper()}; a source is only ever read",
            where=where,
            fix="write one SELECT that changes nothing; put a name that is such a word in quotes",
        )
    return bare
