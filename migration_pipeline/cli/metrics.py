"""`store2erp metrics`: figures for Prometheus, printed once or served.

Belongs here: arguments, the small server. Does not belong here: figures (`orchestration/metrics.py`).
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import ProjectDir
from migration_pipeline.cli.output import console, errors
from migration_pipeline.runtime.errors import InfrastructureError

if TYPE_CHECKING:
    from migration_pipeline.orchestration.workspace import Workspace


def metrics(
    project: ProjectDir,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Serve /metrics here; without it print once. 端口。")] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen at. 监听地址。")] = "127.0.0.1",
    openmetrics: Annotated[bool, typer.Option("--openmetrics", help="Print as OpenMetrics. 以 OpenMetrics 格式输出。")] = False,
) -> None:
    """Figures for Prometheus. 供 Prometheus 采集的指标。"""
    from migration_pipeline.orchestration.metrics import exposition, measured
    from migration_pipeline.orchestration.workspace import open_workspace

    workspace = open_workspace(project.resolve())
    if port is None:
        text = exposition(measured(workspace), openmetrics=openmetrics)
        console.print(text, end="", markup=False, highlight=False, soft_wrap=True)
        return
    try:
        server = metrics_server(workspace, host, port)
    except OSError as error:
        raise InfrastructureError(f"cannot listen: {error.strerror}", where=f"{host}:{port}", fix="choose another --port") from error
    with server:
        errors.print(f"http://{host}:{server.server_port}/metrics", highlight=False)
        server.serve_forever()


def metrics_server(workspace: "Workspace", host: str, port: int) -> ThreadingHTTPServer:
    """A server of `/metrics`; it answers 503 while the control database is not there, and goes on.

    Raises:
        OSError: it cannot listen there.
    """
    from migration_pipeline.orchestration import metrics as figures

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            openmetrics = "application/openmetrics-text" in self.headers.get("Accept", "")
            try:
                text = figures.exposition(figures.measured(workspace), openmetrics=openmetrics).encode()
            except InfrastructureError:
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Type", figures.OPEN if openmetrics else figures.PLAIN)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """A scrape a minute is no news."""

    return ThreadingHTTPServer((host, port), Handler)
