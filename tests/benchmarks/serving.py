"""A web server on this machine that compresses as public ones do, for benchmarks."""

from __future__ import annotations

import contextlib
import gzip
import io
import threading
from collections.abc import Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LEVEL = 6  # of gzip: what web servers use unless told otherwise
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}


class Packed:
    """What is sent for each file, compressed once; a file that has changed is read anew."""

    def __init__(self):
        self.kept, self.lock = {}, threading.Lock()

    def read(self, file: Path, compress: bool) -> bytes:
        """The bytes of a file, compressed or not."""
        if not compress:
            return file.read_bytes()
        stamp = file.stat().st_mtime_ns
        with self.lock:
            if self.kept.get(file, (None,))[0] != stamp:
                self.kept[file] = stamp, gzip.compress(file.read_bytes(), LEVEL, mtime=0)
            return self.kept[file][1]


def find(folders: Mapping[str, Path], path: str) -> Path | None:
    """The file that a path of an address means; a folder means its ``index.html``.

    Parameters
    ----------
    folders
        Folders by the first part of the path; ``""`` is that of all other paths.
    path
        As it stands in the request.
    """
    parts = unquote(urlsplit(path).path).lstrip("/").split("/")
    root = folders[parts.pop(0)] if parts[0] and parts[0] in folders else folders[""]
    file = root.joinpath(*parts).resolve()
    if not file.is_relative_to(root.resolve()):
        return None
    file = file / "index.html" if file.is_dir() else file
    return file if file.is_file() else None


@contextlib.contextmanager
def zipped(folder: Path, **more: Path) -> Iterator[str]:
    """Serve a folder, and others below their names, with gzip for texts; gives the address."""
    folders, packed = {"": folder, **more}, Packed()

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def send_head(self):
            file = find(folders, self.path)
            if not file:
                self.send_error(404)
                return None
            texts = file.suffix in TYPES
            compress = texts and "gzip" in self.headers.get("Accept-Encoding", "")
            body = packed.read(file, compress)
            self.send_response(200)
            self.send_header("Content-Type", TYPES.get(file.suffix) or self.guess_type(str(file)))
            self.send_header("Content-Length", str(len(body)))
            if texts:
                self.send_header("Vary", "Accept-Encoding")
            if compress:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            return io.BytesIO(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
