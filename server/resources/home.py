"""`/`: the home page."""

from server.representation import Representation, served
from server.resource import Resource, collected

RESOURCE = Resource(b"/", {b"GET": collected(served(Representation(b"<h3>Home page</h3>")))})
