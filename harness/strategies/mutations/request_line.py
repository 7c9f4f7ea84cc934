"""The request-line: method, request-target, version, and what stands around them (RFC 9112 2.2, 2.3, 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from harness.http1.build import HOST
from harness.http1.edit import with_line
from harness.model.message import Request, RequestLine
from harness.strategies.draw import Draw
from harness.strategies.mutation import Change, Mutation, on_request

_WORDS: Final = "request-line-words"
_SPACE: Final = "request-line-whitespace"
_CR: Final = "bare-cr-in-request-line"
_LF: Final = "bare-lf-line-end"
_METHOD: Final = "method-not-token"
_FORM: Final = "target-form-invalid"
_OCTETS: Final = "target-octets-invalid"
_VERSION: Final = "version-malformed"
_MAJOR: Final = "version-unsupported"

Edit = Callable[[RequestLine], RequestLine]


def _line(edit: Edit) -> Callable[[Draw, Request], Change]:
    def apply(draw: Draw, request: Request) -> Change:
        line = edit(request.line)
        parts = ("method", "after_method", "target", "after_target", "version", "end")
        changed = [part for part in parts if getattr(line, part) != getattr(request.line, part)]
        told = ", ".join(f"{part} {getattr(line, part)!r}"[:60] for part in changed)
        return Change(with_line(request, line), told)

    return apply


def _parts(**parts: bytes) -> Edit:
    """These parts of the line, whatever they were."""
    made: dict[str, Any] = dict(parts)
    return lambda line: replace(line, **made)


def _method(before: bytes = b"", behind: bytes = b"") -> Edit:
    return lambda line: replace(line, method=before + line.method + behind)


def _target(before: bytes = b"", behind: bytes = b"") -> Edit:
    return lambda line: replace(line, target=before + line.target + behind)


def _version(version: bytes) -> Edit:
    return lambda line: replace(line, version=version)


def _before(octets: bytes) -> Edit:
    """Octets before the line: they lie in front of its method."""
    return lambda line: replace(line, method=octets + line.method)


def _odd_case(line: RequestLine) -> RequestLine:
    return replace(line, method=b"gEt" if line.method.swapcase() == line.method else line.method.swapcase())


_EDITS: Final[tuple[tuple[str, Edit, tuple[str, ...]], ...]] = (
    # methods
    ("method-case", _odd_case, ()),
    ("method-unknown", _parts(method=b"WIREPROOF"), ()),
    ("method-prefix", _parts(method=b"GE"), ()),
    ("method-letter-behind", _method(behind=b"X"), ()),
    ("method-tchar-behind", _method(behind=b"~"), ()),
    ("method-tchar-before", _method(before=b"|"), ()),
    ("method-zero", _parts(method=b"0"), ()),
    ("method-colon", _method(behind=b":"), (_METHOD,)),
    ("method-quoted", lambda line: replace(line, method=b'"%b"' % line.method), (_METHOD,)),
    ("method-comma", _method(behind=b","), (_METHOD,)),
    ("method-slash", _method(before=b"/"), (_METHOD,)),
    ("method-obs-text", _method(behind=b"\xe9"), (_METHOD,)),
    ("method-nul", _method(behind=b"\0"), (_METHOD,)),
    ("method-control", _method(before=b"\x1b"), (_METHOD,)),
    ("method-missing", _parts(method=b"", after_method=b""), (_WORDS,)),
    # what parts the words
    ("two-spaces-behind-method", _parts(after_method=b"  "), (_SPACE,)),
    ("two-spaces-behind-target", _parts(after_target=b"  "), (_SPACE,)),
    ("tab-behind-method", _parts(after_method=b"\t"), (_SPACE,)),
    ("tab-behind-target", _parts(after_target=b"\t"), (_SPACE,)),
    ("vertical-tab-behind-method", _parts(after_method=b"\x0b"), (_SPACE,)),
    ("form-feed-behind-target", _parts(after_target=b"\x0c"), (_SPACE,)),
    ("cr-behind-method", _parts(after_method=b"\r"), (_CR,)),
    ("cr-behind-target", _parts(after_target=b"\r"), (_CR,)),
    ("nul-behind-method", _parts(after_method=b"\0"), (_WORDS,)),
    ("no-space-behind-method", _parts(after_method=b""), (_WORDS,)),
    ("no-space-behind-target", _parts(after_target=b""), (_WORDS,)),
    ("space-before-method", _before(b" "), (_SPACE,)),
    ("space-behind-version", lambda line: replace(line, end=b" " + line.end), (_SPACE,)),
    ("word-behind-version", lambda line: replace(line, end=b" x" + line.end), (_WORDS,)),
    # request-targets
    ("target-missing", _parts(target=b"", after_target=b""), (_WORDS,)),
    ("target-space", _target(behind=b" x"), (_WORDS,)),
    ("target-without-slash", _parts(target=b"index.html"), (_FORM,)),
    ("target-query-alone", _parts(target=b"?a=b"), (_FORM,)),
    ("target-fragment", _target(behind=b"#fragment"), (_OCTETS,)),
    ("target-percent-alone", _target(behind=b"%"), (_OCTETS,)),
    ("target-percent-letters", _target(behind=b"%zz"), (_OCTETS,)),
    ("target-backslash", _target(behind=b"\\..\\"), (_OCTETS,)),
    ("target-quote", _target(behind=b'"'), (_OCTETS,)),
    ("target-angle-brackets", _target(behind=b"<x>"), (_OCTETS,)),
    ("target-caret", _target(behind=b"^|`"), (_OCTETS,)),
    ("target-obs-text", _target(behind=b"\xc3\xa9"), (_OCTETS,)),
    ("target-nul", _target(behind=b"\0"), (_OCTETS,)),
    ("target-control", _target(behind=b"\x7f"), (_OCTETS,)),
    ("target-dots", lambda line: replace(line, method=b"GET", target=b"/../../x/./.."), ()),
    ("target-slashes", lambda line: replace(line, method=b"GET", target=b"//other.invalid/x"), ()),
    ("target-asterisk", _parts(method=b"GET", target=b"*"), (_FORM,)),
    ("target-authority", _parts(method=b"GET", target=b"other.invalid:80"), ()),
    ("target-scheme-only", _parts(method=b"GET", target=b"http:x"), (_FORM,)),
    ("target-other-scheme", _parts(method=b"GET", target=b"gopher://other.invalid/"), ()),
    ("target-scheme-case", _parts(method=b"GET", target=b"hTtP://" + HOST + b"/?wireproof"), ()),
    ("target-host-empty", _parts(method=b"GET", target=b"http:///x"), ("target-host-empty",)),
    ("target-userinfo", _parts(method=b"GET", target=b"http://user@" + HOST + b"/"), ("target-userinfo",)),
    ("target-other-host", _parts(method=b"GET", target=b"http://other.invalid/"), ()),
    ("connect-without-port", _parts(method=b"CONNECT", target=b"other.invalid"), (_FORM,)),
    ("connect-empty-port", _parts(method=b"CONNECT", target=b"other.invalid:"), ("connect-port-invalid",)),
    ("connect-great-port", _parts(method=b"CONNECT", target=b"a.invalid:65536"), ("connect-port-invalid",)),
    ("connect-path", _parts(method=b"CONNECT", target=b"/wireproof"), (_FORM,)),
    # versions
    ("version-missing", _parts(version=b"", after_target=b""), (_WORDS,)),
    ("version-0.9", _version(b"HTTP/0.9"), (_MAJOR,)),
    ("version-1.2", _version(b"HTTP/1.2"), ("version-minor-higher",)),
    ("version-1.9", _version(b"HTTP/1.9"), ("version-minor-higher",)),
    ("version-2.0", _version(b"HTTP/2.0"), (_MAJOR,)),
    ("version-9.9", _version(b"HTTP/9.9"), (_MAJOR,)),
    ("version-no-minor", _version(b"HTTP/1"), (_VERSION,)),
    ("version-full-stop-behind", _version(b"HTTP/1."), (_VERSION,)),
    ("version-two-digits", _version(b"HTTP/1.10"), (_VERSION,)),
    ("version-leading-zero", _version(b"HTTP/01.1"), (_VERSION,)),
    ("version-third-number", _version(b"HTTP/1.1.1"), (_VERSION,)),
    ("version-comma", _version(b"HTTP/1,1"), (_VERSION,)),
    ("version-hyphen", _version(b"HTTP/1-1"), (_VERSION,)),
    ("version-letter", _version(b"HTTP/1.x"), (_VERSION,)),
    ("version-negative", _version(b"HTTP/-1.1"), (_VERSION,)),
    ("version-great", _version(b"HTTP/4294967297.1"), (_VERSION,)),
    ("version-lower-case", _version(b"http/1.1"), (_VERSION,)),
    ("version-other-name", _version(b"HTTQ/1.1"), (_VERSION,)),
    ("version-https", _version(b"HTTPS/1.1"), (_VERSION,)),
    ("version-name-alone", _version(b"HTTP/"), (_VERSION,)),
    ("version-backslash", _version(b"HTTP\\1.1"), (_VERSION,)),
    ("version-space-inside", _version(b"HTTP/1 .1"), (_WORDS,)),
    ("version-nul-behind", _version(b"HTTP/1.1\0"), (_VERSION,)),
    ("version-comment-behind", _version(b"HTTP/1.1;x"), (_VERSION,)),
    # its ends
    ("lf-at-end", _parts(end=b"\n"), (_LF,)),
    ("cr-at-end", _parts(end=b"\r"), (_WORDS, _CR, _VERSION, "premature-end")),
    ("cr-cr-lf-at-end", _parts(end=b"\r\r\n"), (_CR,)),
    ("empty-line-before", _before(b"\r\n"), ("leading-empty-line",)),
    ("empty-lines-before", _before(b"\r\n" * 3), ("leading-empty-lines",)),
    ("lf-before", _before(b"\n"), ("leading-empty-lines",)),
    ("cr-before", _before(b"\r"), (_CR,)),
    ("byte-order-mark-before", _before(b"\xef\xbb\xbf"), (_METHOD,)),
)

MUTATIONS: Final[tuple[Mutation, ...]] = tuple(
    on_request(name, _line(edit), *breaks) for name, edit, breaks in _EDITS
)
