"""Real clients are served by the reference server as they would be by any other."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright import sync_api as playwright

from harness.targets.reference import reference

NON_ASCII = "grüße, 世界 <b>&amp;</b>"
ESCAPED = "<h3>grüße, 世界 &lt;b&gt;&amp;amp;&lt;/b&gt;</h3>"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(name="target", scope="module")
def _target():
    with reference() as running:
        yield running.target


@pytest.fixture(name="url")
def _url(target):
    return f"http://{target.host}:{target.port}"


def said(*command, given=b""):
    """What a client printed, as octets."""
    return subprocess.run(command, input=given, capture_output=True, timeout=60, check=True).stdout


class TestCurl:
    pytestmark = pytest.mark.needs("curl")

    def test_gets_a_page_and_reuses_the_connection(self, url):
        written = "%{http_code} %{num_connects} %{http_version}\n"
        told = said("curl", "-sS", "-w", written, f"{url}/", f"{url}/about").decode()
        assert told == "<h3>Home page</h3>200 1 1.1\n<h3>About page</h3>200 0 1.1\n"

    def test_sees_an_error_and_goes_on(self, url):
        told = said("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} ", f"{url}/nothing").decode()
        assert told == "404 "

    def test_asks_for_the_head_alone(self, url):
        told = said("curl", "-sSI", f"{url}/")
        assert told.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\nContent-Length: 18\r\n" in told
        assert told.endswith(b"\r\n\r\n")

    def test_posts_json(self, url):
        content = json.dumps({"message": NON_ASCII})
        told = said("curl", "-sS", "--json", content, "-H", "Accept: text/html", f"{url}/post-something")
        assert told.decode() == ESCAPED

    def test_sends_large_content_once_it_is_told_to_continue(self, url, tmp_path):
        large = tmp_path / "large"
        large.write_bytes(bytes(range(256)) * 8192)
        told = said("curl", "-sS", "-H", "Expect: 100-continue", "-T", large, f"{url}/echo")
        assert told == large.read_bytes()

    def test_sends_chunked_content_and_reads_it_chunked(self, url):
        content = bytes(range(256)) * 1024
        chunked = ("-H", "Transfer-Encoding: chunked", "-X", "POST")
        assert said("curl", "-sS", *chunked, "--data-binary", "@-", f"{url}/echo", given=content) == content
        assert said("curl", "-sS", f"{url}/chunked") == b"<h3>In several chunks</h3>"

    def test_speaks_http_1_0(self, url):
        told = said("curl", "-sS0", "-w", " %{http_version}", f"{url}/chunked")
        assert told == b"<h3>In several chunks</h3> 1.1"

    def test_follows_a_redirect_and_keeps_a_validator(self, url, tmp_path):
        assert said("curl", "-sSL", f"{url}/redirect") == b"<h3>Home page</h3>"
        tag = tmp_path / "tag"
        assert said("curl", "-sS", "--etag-save", tag, f"{url}/static")
        again = ("--etag-compare", tag, "-w", "%{http_code}")
        assert said("curl", "-sS", *again, f"{url}/static") == b"304"


@pytest.mark.needs("nc")
def test_netcat_is_answered_though_it_half_closes(target):
    """-N sends a FIN behind the request; what is typed by hand ends so."""
    typed = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    told = said("nc", "-N", "-w", "20", target.host, str(target.port), given=typed)
    assert told.startswith(b"HTTP/1.1 200 OK\r\n")
    assert told.endswith(b"\r\n\r\n<h3>Home page</h3>")


@pytest.mark.needs("nc")
def test_netcat_is_told_what_is_wrong_with_what_was_typed(target):
    told = said("nc", "-N", "-w", "20", target.host, str(target.port), given=b"hello\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400 Bad Request\r\n")


class TestHttpie:
    pytestmark = pytest.mark.needs("http")

    def http(self, *words):
        return said(sys.executable, "-m", "httpie", "--ignore-stdin", "--pretty=none", *words).decode()

    def test_gets_a_page_with_its_head(self, url):
        told = self.http("--print=hb", f"{url}/")
        assert told.startswith("HTTP/1.1 200 OK\r\n")
        assert "Content-Length: 18" in told
        assert told.rstrip().endswith("<h3>Home page</h3>")

    def test_posts_json_and_prefers_json(self, url):
        told = self.http("--body", f"{url}/post-something", f"message={NON_ASCII}")
        assert json.loads(told) == {"message": NON_ASCII}


@pytest.mark.browser
def test_chromium_loads_the_home_page_and_posts_by_fetch(url):
    """In a thread of its own: Playwright's plain interface refuses to run beside an event loop."""
    with ThreadPoolExecutor(1) as thread:
        home, answers = thread.submit(browsed, url).result()
    assert home == (200, "Home page")
    assert answers == [
        {"status": 200, "text": ESCAPED},
        {"status": 200, "text": json.dumps({"message": NON_ASCII})},
        {"status": 400, "text": answers[2]["text"]},
        {"status": 415, "text": answers[3]["text"]},
    ]


FETCH = """async ([content, type, accept]) => {
    const answer = await fetch("/post-something", {
        method: "POST", body: content, headers: {"Content-Type": type, "Accept": accept},
    });
    return {status: answer.status, text: await answer.text()};
}"""


def browsed(url):
    """What Chromium sees of the home page, and what a page there gets for four posts."""
    message = json.dumps({"message": NON_ASCII})
    posts = [
        (message, "application/json", "text/html"),
        (message, "application/json", "application/json"),
        ("{", "application/json", "text/html"),
        (message, "text/plain", "text/html"),
    ]
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = chromium.new_page()
        loaded = page.goto(f"{url}/")
        home = (loaded.status, page.inner_text("h3"))
        answers = [page.evaluate(FETCH, list(post)) for post in posts]
        chromium.close()
    return home, answers
