"""Speaking JSON-RPC with one Tryton database.

Every call is one transaction of the server: it is done as a whole or not at all. A refusal arrives in a response of status 200.
After a time-out nobody knows whether the server went on, so nothing is repeated here: whoever writes looks up first (`engine.py`).

Belongs here: login, calls, errors, cutting long lists. Does not belong here: models and their fields.
"""

import base64
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from migration_pipeline.loaded.targets.tryton.json_values import decoded, encoded
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError, RefusedError

if TYPE_CHECKING:
    import urllib3

Record = dict[str, Any]
CREATED_AT_ONCE = 100
READ_AT_ONCE = 500
ANSWER_SECONDS = 180.0
"""Longer than the server itself lets a call take (`runtime/tryton_server.py`): when we give up, it has given up."""
_TRIES, _WARNINGS = 4, 5
_QUOTED = re.compile(r'(field |of )?"[^"]*"')
"""Names of fields and models follow `field` or `of`; other quotes are values of a record."""


@dataclass(frozen=True)
class Address:
    """Where a Tryton server answers, and as whom we log in."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Client:
    """One session with one database.

    Attributes:
        context: sent with each call; `active_test` False shows deactivated records too.
    """

    address: Address
    context: Record = field(default_factory=lambda: {"language": "en", "active_test": False})

    @cached_property
    def _pool(self) -> "urllib3.HTTPConnectionPool":
        import urllib3  # it opens a socket when it is imported

        return urllib3.HTTPConnectionPool(
            self.address.host, self.address.port, maxsize=4, retries=False, timeout=urllib3.Timeout(connect=10, read=ANSWER_SECONDS)
        )

    @cached_property
    def _session(self) -> tuple[int, str]:
        found = self._post("common.db.login", [self.address.user, {"password": self.address.password}], {})
        if not found:
            raise BadInputError("Tryton does not accept the user or password", where=self._where, fix="run `store2erp erp up`")
        return int(found[0]), str(found[1])

    @property
    def _user(self) -> int:
        return self._session[0]

    @property
    def _authorization(self) -> str:
        user, session = self._session
        return "Session " + base64.b64encode(f"{self.address.user}:{user}:{session}".encode()).decode()

    @property
    def _where(self) -> str:
        return f"Tryton at {self.address.host}:{self.address.port}/{self.address.database}"

    def call(self, method: str, *params: object, context: Mapping[str, object] | None = None) -> Any:
        """The result of one method, e.g. `model.party.party.read`.

        Raises:
            RefusedError: Tryton refuses; `what` is its own message without values. Nothing was changed.
            InfrastructureError: no answer; if the connection was lost meanwhile, the change may have been made.
        """
        headers = {"Authorization": self._authorization}
        return self._post(method, [*params, self.context | dict(context or {})], headers)

    def rows(self, model: str, domain: Sequence[object], fields: Sequence[str], order: Sequence[object] | None = None) -> list[Record]:
        """All records of a search with the named fields, by id unless `order` says otherwise."""
        return list(self._pages(model, domain, list(fields), list(order or [["id", "ASC"]])))

    def rows_among(self, model: str, name: str, values: Sequence[object], fields: Sequence[str], *more: object) -> list[Record]:
        """As `rows`, of records whose field has one of many values."""
        found: list[Record] = []
        for part in parts(values, READ_AT_ONCE):
            found += self.rows(model, [[name, "in", list(part)], *more], fields)
        return found

    def create(self, model: str, records: Sequence[Record]) -> list[int]:
        """Ids of new records, in order; each hundred in a transaction."""
        return [made for part in parts(records, CREATED_AT_ONCE) for made in self.call(f"model.{model}.create", list(part))]

    def write(self, model: str, changes: Sequence[tuple[Sequence[int], Record]], *, despite_warnings: bool = False) -> None:
        """Change records; each hundred changes in a transaction. Its warnings ask a person to confirm: they refuse, or are confirmed."""
        for part in parts(changes, CREATED_AT_ONCE):
            arguments = [argument for ids, values in part for argument in (list(ids), values)]
            for _ in range(len(part) + 1 if despite_warnings else 1):
                warning = self._warned(f"model.{model}.write", arguments, confirm=despite_warnings)
                if warning is None:
                    break

    def delete(self, model: str, ids: Sequence[int]) -> None:
        """Delete records; each hundred in a transaction."""
        for part in parts(ids, CREATED_AT_ONCE):
            self.call(f"model.{model}.delete", list(part))

    def confirmed(self, method: str, *arguments: object, context: Mapping[str, object] | None = None) -> None:
        """Call a method; whatever it warns of is confirmed, as a person at the screen would."""
        for _ in range(_WARNINGS):
            if self._warned(method, arguments, confirm=True, context=context) is None:
                return
        self.call(method, *arguments, context=context)

    def _warned(
        self, method: str, arguments: Sequence[object], *, confirm: bool, context: Mapping[str, object] | None = None
    ) -> str | None:
        """Call a method; the name of the warning that stopped it, confirmed for the next try, or None if it went through."""
        try:
            self.call(method, *arguments, context=context)
        except RefusedError as error:
            if not (confirm and isinstance(error, _WarnedError)):
                raise
            self.call("model.res.user.warning.create", [{"user": self._user, "name": error.name, "always": False}])
            return error.name
        return None

    def _pages(self, model: str, domain: Sequence[object], fields: list[str], order: list[object]) -> Iterator[Record]:
        offset = 0
        while True:
            page = self.call(f"model.{model}.search_read", list(domain), offset, READ_AT_ONCE, order, fields)
            yield from page
            if len(page) < READ_AT_ONCE:
                return
            offset += READ_AT_ONCE

    def _post(self, method: str, params: list[object], headers: Mapping[str, str]) -> Any:
        body = encoded({"id": 0, "method": method, "params": params})
        for attempt in range(1, _TRIES + 1):
            answer = self._answer(method, body, headers)
            if "error" not in answer:
                return answer.get("result")
            error = answer["error"]
            if error[0] != "ConcurrencyException" or attempt == _TRIES:  # that one was rolled back and may be repeated
                raise _refusal(error, self._where)
            time.sleep(0.1 * attempt)
        raise AssertionError

    def _answer(self, method: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        from urllib3.exceptions import HTTPError

        try:
            response = self._pool.request(
                "POST",
                f"/{self.address.database}/rpc/",
                body=body,
                headers={"Content-Type": "application/json", "Accept-Encoding": "gzip", **headers},
            )
        except HTTPError as error:
            raise InfrastructureError(
                f"no answer to {method}: {type(error).__name__}", where=self._where, fix="see `store2erp erp up`, then run again"
            ) from None
        if response.status == 401 and method == "common.db.login":
            return {"result": None}
        if response.status != 200:
            raise InfrastructureError(f"{method} got status {response.status}", where=self._where, fix="see Tryton's log, then run again")
        try:
            answer: dict[str, Any] = decoded(response.data)
        except ValueError:
            raise InfrastructureError(f"{method} got no JSON", where=self._where, fix="see Tryton's log") from None
        return answer


def parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The values in runs of at most `size`."""
    return (values[start : start + size] for start in range(0, len(values), size))


class _WarnedError(RefusedError):
    """A warning that a person may confirm, by its `name`."""

    name: str = ""


def _refusal(error: Sequence[Any], where: str) -> RefusedError:
    fix = "mend the record, or Tryton's settings"
    if error[0] != "UserWarning":
        return RefusedError(_said(error), cause=str(error[0])[:60], where=where, fix=fix)
    warned = _WarnedError(_said(error), cause="UserWarning", where=where, fix=fix)
    warned.name = str(error[1][0])
    return warned


def _said(error: Sequence[Any]) -> str:
    """Tryton's own message: of a UserError or UserWarning its texts, else the first line it gives; what it quotes of a record is masked."""
    kind, content = str(error[0]), error[1] if len(error) > 1 else ""
    texts = content[:2] if kind == "UserError" else content[1:3] if kind == "UserWarning" else [kind]
    said = " - ".join(str(text) for text in texts if text).strip()
    return _QUOTED.sub(lambda hit: hit[0] if hit[1] else '"…"', said.splitlines()[0]) if said else "refused without a message"
