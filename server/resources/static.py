"""`/static`: a representation with a strong entity tag and a date, for conditional requests (RFC 9110 13)."""

from server.representation import Representation, served
from server.resource import Resource

NOVEMBER_6_1994 = 784_111_777

RESOURCE = Resource(
    b"/static",
    {
        b"GET": served(
            Representation(
                b"A text that stays as it is.\n",
                b"text/plain; charset=utf-8",
                b'"as-it-is-1"',
                NOVEMBER_6_1994,
            )
        )
    },
)
