"""The site on a server of its own, which counts what it sends."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMPRESSED = {".css", ".csv", ".html", ".ipynb", ".js", ".json", ".py", ".svg", ".txt", ".xml"}


class Server(ThreadingHTTPServer):
    """Serves a folder as GitHub Pages does: compressed, to be kept for ten minutes, with a page for what is missing.

    Args:
        site: The folder.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, site: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        self.sent: dict[str, int] = {}  # bytes of body, by path, since it was last emptied

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def __init__(self, request: object, client: object, server: Server) -> None:
        super().__init__(request, client, server, directory=str(server.site))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        self._send(200, file) if file.is_file() else self._send(404, self.server.site / "404.html")

    def _send(self, status: int, file: Path) -> None:
        body = content(file)
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if file.suffix in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        self.server.sent[self.path] = len(body)

    def log_message(self, *_: object) -> None:
        pass


@cache
def content(file: Path) -> bytes:
    """What is sent of a file."""
    body = file.read_bytes()
    return gzip.compress(body, 6) if file.suffix in COMPRESSED else body


@contextmanager
def serving(site: Path) -> Iterator[Server]:
    with Server(site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
