"""A server that dies of any method that it does not know: `python mortal_server.py PORT`."""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        content = self.path.encode()
        self.send_response(404 if "wireproof" in self.path else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def __getattr__(self, name):
        if name in ("do_HEAD", "do_POST"):
            return self.do_GET
        if name.startswith("do_"):
            os._exit(3)
        raise AttributeError(name)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
