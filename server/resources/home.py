"""`/`: the home page."""

from server.representation import Representation, served
from server.resource import Resource

RESOURCE = Resource(b"/", {b"GET": served(Representation(b"<h3>Home page</h3>"))})
