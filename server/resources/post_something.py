"""`/post-something`: takes `{"message": ...}` as JSON and says the message back, as HTML or as JSON.

A message is any text a JSON string can hold. What UTF-8 cannot hold, a lone surrogate, comes back as U+FFFD
in HTML and as its escape in JSON.
"""

import html
import json

from server.negotiation import prefers_json
from server.request import Request, RequestHead
from server.resource import Resource, collected
from server.response import JSON, Response, document, error, page

_EXPECTED = 'The content is to be a JSON object in UTF-8 with a string called "message".'


def objects_to_other_media_types(head: RequestHead) -> Response | None:
    """415 for content that says it is anything but JSON (RFC 9110 15.5.16); undeclared content is tried."""
    types = [value.split(b";")[0].strip(b" \t").lower() for value in head.values.get(b"content-type", ())]
    if types in ([], [JSON]):
        return None
    return error(415, "The content is to be application/json.", head)


def message_of(content: bytes) -> str | None:
    """The message, or None if the content is not what is expected (RFC 8259 8.1: JSON is UTF-8)."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    message = value.get("message") if isinstance(value, dict) else None
    return message if isinstance(message, str) else None


def said_back(request: Request) -> Response:
    """The message, escaped for where it stands."""
    message = message_of(request.content)
    if message is None:
        return error(400, _EXPECTED, request.head)
    if prefers_json(request.head):
        return document({"message": message})
    text = message.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return page(f"<h3>{html.escape(text)}</h3>")


RESOURCE = Resource(b"/post-something", {b"POST": collected(said_back)}, objects_to_other_media_types)
