"""A server that dies, or stops answering for good, of a request without Host that has an X-A field.

`python frail_server.py PORT CONDUCT`: `crash` or `hang`; `every` dies of any request without Host, `large`
dies, and `stuck` hangs, of a head of more than 20,000 octets alone; `once=FILE` dies of such a head until
there is that file, and makes it.
"""

import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

hung = threading.Event()


def is_lethal(head: bytes, conduct: str) -> bool:
    """Whether that is what it dies of."""
    if conduct.startswith("once="):
        with suppress(FileExistsError):
            return len(head) > 20_000 and not Path(conduct.removeprefix("once=")).touch(exist_ok=False)
        return False
    if conduct in ("large", "stuck"):
        return len(head) > 20_000
    return b"Host:" not in head and (b"X-A:" in head or conduct == "every")


def answer(head: bytes, conduct: str) -> bytes:
    """The response to one request; what is none is refused."""
    if b" HTTP/1." not in head.partition(b"\r\n")[0]:
        return b"HTTP/1.1 400 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    if is_lethal(head, conduct):
        if conduct in ("hang", "stuck"):
            hung.set()
        else:
            os._exit(3)
    status = 404 if b"/wireproof-" in head else 200 if b"Host:" in head else 400
    return b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status


def serve(connection: socket.socket, conduct: str) -> None:
    """One connection to its end; once hung, nobody is answered any more."""
    buffered = b""
    with connection:
        while octets := connection.recv(65536):
            buffered += octets
            while b"\r\n\r\n" in buffered and not hung.is_set():
                head, _, buffered = buffered.partition(b"\r\n\r\n")
                said = answer(head, conduct)
                if hung.is_set():
                    break
                connection.sendall(said)
                if b"Connection: close" in said:
                    return


def main() -> None:
    """Listen, with one thread a connection."""
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, sys.argv[2]), daemon=True).start()


if __name__ == "__main__":
    main()
