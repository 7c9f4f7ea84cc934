"""`python -m server`: the reference server, a faulty one, or a specimen, on the command line."""

import argparse
import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Sequence

from server.faults import Fault, UnknownFault, all_faults, named
from server.specimens import Specimen, UnknownSpecimen, all_specimens, serving
from server.specimens import named as specimen_named
from server.tcp import serve


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line, parsed."""
    parser = argparse.ArgumentParser(
        prog="python -m server", description="An exemplary HTTP/1.1 server, or one with a deliberate fault."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8080, help="0 takes any free one (default: %(default)s)"
    )
    broken = parser.add_mutually_exclusive_group()
    broken.add_argument(
        "--fault", type=_fault, metavar="NAME", help="break exactly one thing: see --list-faults"
    )
    broken.add_argument(
        "--specimen", type=_specimen, metavar="NAME", help="serve a naive server: see --list-specimens"
    )
    parser.add_argument("--list-faults", action="store_true", help="list the faults and exit")
    parser.add_argument("--list-specimens", action="store_true", help="list the specimens and exit")
    parser.add_argument("--until-eof", action="store_true", help="exit when standard input is closed")
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def _fault(name: str) -> Fault:
    try:
        return named(name)
    except UnknownFault as unknown:
        raise argparse.ArgumentTypeError(str(unknown)) from None


def _specimen(name: str) -> Specimen:
    try:
        return specimen_named(name)
    except UnknownSpecimen as unknown:
        raise argparse.ArgumentTypeError(str(unknown)) from None


def _when_input_ends(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait, in a thread of its own, until whoever holds the other end of standard input is gone."""
    with contextlib.suppress(OSError):  # there is no standard input
        while os.read(0, 4096):
            pass
    loop.call_soon_threadsafe(stop.set)


async def run(options: argparse.Namespace) -> None:
    """Serve as the command line says."""
    stop = asyncio.Event()
    if options.until_eof:
        watch = (asyncio.get_running_loop(), stop)
        threading.Thread(target=_when_input_ends, args=watch, daemon=True).start()
    if options.specimen:
        await serving.serve(options.specimen, options.host, options.port, stop=stop)
    else:
        await serve(options.host, options.port, fault=options.fault, stop=stop)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 after an orderly stop, 1 if the address cannot be had, 2 for a wrong command line."""
    options = arguments(argv)
    if options.list_faults:
        for fault in all_faults().values():
            print(f"{fault.name:45} {fault.section:22} {fault.summary}")
        return 0
    if options.list_specimens:
        for specimen in all_specimens().values():
            print(f"{specimen.name:12} {specimen.summary}")
        return 0
    try:
        asyncio.run(run(options))
    except OSError as failure:
        print(f"cannot listen on {options.host} port {options.port}: {failure.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
