"""`/about`: a second page, so that two answers can be told apart."""

from server.representation import Representation, served
from server.resource import Resource

RESOURCE = Resource(b"/about", {b"GET": served(Representation(b"<h3>About page</h3>"))})
