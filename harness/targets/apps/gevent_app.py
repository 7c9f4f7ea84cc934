"""The echo contract on gevent's server: `gevent_app.py PORT`."""

import sys

from gevent.pywsgi import WSGIServer  # type: ignore[import-not-found, import-untyped, unused-ignore]
from wsgi_app import app  # type: ignore[import-not-found]

WSGIServer(("127.0.0.1", int(sys.argv[1])), app, log=None).serve_forever()
