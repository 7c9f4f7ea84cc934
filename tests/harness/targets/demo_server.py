"""A small server as a wheel of its own, so that installing and starting need no network."""

import zipfile

MODULE = """
import http.server, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

print("an error of the demo", file=sys.stderr, flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def wheel(folder):
    """Write demo_server 1.2.3 into a folder; what pip is told to install."""
    path = folder / "demo_server-1.2.3-py3-none-any.whl"
    about = "demo_server-1.2.3.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo_server.py", MODULE)
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: demo_server\nVersion: 1.2.3\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        names = ["demo_server.py", f"{about}/METADATA", f"{about}/WHEEL", f"{about}/RECORD"]
        archive.writestr(f"{about}/RECORD", "".join(f"{name},,\n" for name in names))
    return f"demo_server @ {path.as_uri()}"
