"""The client tells refusals from lost connections, shows no values of records, repeats only what was rolled back."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from migration_pipeline.loaded.targets.tryton import rpc
from migration_pipeline.loaded.targets.tryton.rpc import Address, Client
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError, RefusedError


class Server(HTTPServer):
    """Answers `common.db.login`, then what the test puts into `answers`, the last one for ever; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, object]] = []
        self.login: object = [7, "secret", None]
        self.asked: list[dict[str, Any]] = []
        self.sessions: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = 200, {"result": self.server.login}
        if asked["method"] != "common.db.login":
            self.server.asked.append(asked)
            self.server.sessions.append(self.headers["Authorization"])
            answers = self.server.answers
            status, answer = answers.pop(0) if len(answers) > 1 else answers[0]  # type: ignore[assignment]
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def client(server: Server) -> Client:
    return Client(Address("127.0.0.1", server.server_port, "db", "admin", "password"))


def test_it_logs_in_once_and_sends_the_session(server: Server, client: Client) -> None:
    server.answers = [(200, {"result": []})]
    client.call("model.a.read", [1])
    client.call("model.a.read", [2])
    assert server.sessions == ["Session YWRtaW46NzpzZWNyZXQ="] * 2  # admin:7:secret
    assert server.asked[0]["params"] == [[1], {"language": "en", "active_test": False}]


def test_a_wrong_password_is_said(server: Server, client: Client) -> None:
    server.login = None
    with pytest.raises(BadInputError, match="does not accept"):
        client.call("model.a.read", [1])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (["UserError", ['The value "张三" for field "Name" in record "42" of "Party" is not valid.', "", None]],
         'The value "…" for field "Name" in record "…" of "Party" is not valid.'),
        (["UserWarning", ["key", "Stock is left", "Clear it"]], "Stock is left - Clear it"),
        (["'KeyError'", "Traceback 13900000000"], "'KeyError'"),
    ],
)  # fmt: skip
def test_a_refusal_keeps_the_words_of_the_erp_but_no_values(server: Server, client: Client, error: object, said: str) -> None:
    server.answers = [(200, {"error": error})]
    with pytest.raises(RefusedError) as caught:
        client.call("model.a.create", [{}])
    assert caught.value.what == said


def test_only_what_was_rolled_back_is_repeated(server: Server, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc.time, "sleep", lambda seconds: None)
    server.answers = [(200, {"error": ["ConcurrencyException", "changed"]}), (200, {"result": [1]})]
    assert client.call("model.a.create", [{}]) == [1]
    assert len(server.asked) == 2


def test_a_warning_is_confirmed_only_where_that_was_asked_for(server: Server, client: Client) -> None:
    warning = (200, {"error": ["UserWarning", ["stock.1", "Stock is left", ""]]})
    server.answers = [warning]
    with pytest.raises(RefusedError):
        client.write("a", [([1], {})])
    server.answers, server.asked = [warning, (200, {"result": [5]}), (200, {"result": None})], []
    client.write("a", [([1], {})], despite_warnings=True)
    assert [asked["method"] for asked in server.asked] == ["model.a.write", "model.res.user.warning.create", "model.a.write"]
    assert server.asked[1]["params"][0] == [{"user": 7, "name": "stock.1", "always": False}]


@pytest.mark.parametrize("answer", [(500, b"no"), (200, b"no json")], ids=["status", "no json"])
def test_what_is_no_answer_is_never_sent_again(server: Server, client: Client, answer: tuple[int, bytes]) -> None:
    server.answers = [answer]
    with pytest.raises(InfrastructureError):
        client.call("model.a.create", [{}])
    assert len(server.asked) == 1


def test_no_server_is_infrastructure() -> None:
    with pytest.raises(InfrastructureError, match="no answer"):
        Client(Address("127.0.0.1", 1, "db", "admin", "password")).call("model.a.read", [1])


def test_long_lists_are_cut_and_all_ids_come_back_in_order(server: Server, client: Client) -> None:
    server.answers = [(200, {"result": list(range(100))}), (200, {"result": [100]})]
    assert client.create("a", [{}] * 101) == list(range(101))
    assert [len(asked["params"][0]) for asked in server.asked] == [100, 1]


def test_reading_goes_on_until_a_page_is_not_full(server: Server, client: Client) -> None:
    server.answers = [(200, {"result": [{"id": n} for n in range(500)]}), (200, {"result": [{"id": 500}]})]
    assert len(client.rows("a", [], ["id"])) == 501
    assert [asked["params"][1] for asked in server.asked] == [0, 500]
