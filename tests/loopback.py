"""A server on this machine, for tests of what asks other machines."""

import http.server
import threading


class Loopback:
    """Serves `answers`, each one or a list of them that are given one after another; ``answer`` says how."""

    def __init__(self):
        self.answers, self.asked = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def take(self, *keys, otherwise):
        """The next answer to a request, by the first of the keys that has one."""
        answer = next((self.answers[key] for key in keys if key in self.answers), otherwise)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def send(self, handler, status, headers, body=b"", lost=0):
        """Answer a request; ``lost`` bytes are promised and not sent."""
        try:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body) + lost))
            handler.end_headers()
            handler.wfile.write(body)
        except ConnectionError:
            pass  # the client has given up

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
