"""Size limits in the HTML report: every figure is text, and the marks stand where the figures say."""

import re

import pytest

from harness.store.records import LimitRecord
from harness.store.run_store import RunReader
from reports.html.limits import SizeLimits, _scale
from tests.reports.document import Data, rendered
from tests.reports.make_run import (
    END,
    LINE,
    LINES,
    TRAILERS,
    VALUE,
    head,
    measured,
    sizes,
    target,
    usual,
    write_run,
)

NONE = "\N{EN DASH}"


def rows(page, caption):
    """The cells of the chart of that name, as text."""
    table = re.search(rf"<caption>{re.escape(caption)}</caption>.*?</table>", page.html, re.S)[0]
    lines = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") :], re.S)
    return [[re.sub(r"<.*?>", "", cell) for cell in re.split(r"</th>|</td>", line)[:-1]] for line in lines]


@pytest.fixture
def page(tmp_path):
    return rendered(tmp_path, measured(("nginx", "hyper", "late")))


def test_a_run_without_limits_says_nothing_of_them(tmp_path):
    page = rendered(tmp_path, usual())
    assert "Size limits" not in page.text
    assert "#limits" not in page.all("href")
    assert "limits" not in page.all("id")


def test_each_thing_is_a_table_of_all_targets(page):
    assert rows(page, f"{LINE}, in octets") == [
        ["nginx", "8,190", "414, closes"],
        ["hyper", "8,190", "414, closes"],
        ["late", NONE, "unknown: the run did not come so far"],
    ]
    assert rows(page, f"{VALUE}, in octets")[0] == ["nginx", "127,917", "resets without an answer"]


def test_no_limit_met_and_unknown_are_told_as_such(page):
    assert rows(page, LINES)[0] == ["nginx", "65,536", "no limit met up to here"]
    assert rows(page, "chunk extension, in octets")[0] == [
        "nginx",
        "4,096",
        "unknown: 8,192 octets were not answered in time",
    ]
    assert rows(page, f"{TRAILERS}, in octets")[0] == [
        "nginx",
        NONE,
        "unknown: content is not taken: answered 405",
    ]
    assert page.html.count('class="full"') == 2 * 2 + 1
    assert page.html.count('class="hollow"') == 2 + 1
    assert page.html.count('class="onward"') == 2 + 1


def test_what_the_rfcs_ask_for_stands_above(page):
    text = page.text
    assert text.index("RFC 9112 section 3 recommends to take request-lines of 8,000") < text.index(
        f"{LINE}, in"
    )
    assert "https://www.rfc-editor.org/rfc/rfc9110#section-5.4" in page.all("href")
    assert page.html.count('class="least"') == 3


def test_it_is_linked_from_above_and_from_the_overview(page):
    assert page.all("href").count("#limits") == 2
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert page.all("style") == []


def test_marks_stand_on_a_logarithmic_scale(page):
    found = _scale([_limit("x", most=8192, up_to=1 << 20)])
    assert [found.share(size) for size in (0, 1, 2, 1024, 8192, 1 << 20, 1 << 30)] == [
        *("0.00%", "0.00%", "5.00%", "50.00%", "65.00%", "100.00%", "100.00%")
    ]
    assert list(found.ticks) == [
        ("0%", "1"),
        ("20%", "16"),
        ("40%", "256"),
        ("60%", "4 KiB"),
        ("80%", "64 KiB"),
        ("100%", "1 MiB"),
    ]
    assert '<svg class="mark" x="65.00%" y="50%"><circle class="full"' in page.html


def _limit(name, **more):
    with_defaults = {"target": "t", "name": name, "unit": "octets", **more}
    (limit,) = SizeLimits([LimitRecord(**with_defaults)], [])._by_thing[name].values()
    return limit


@pytest.mark.parametrize(
    ("limits", "end", "last"),
    [
        ([_limit("a", most=1 << 16, up_to=1 << 16, unit="lines")], 16, "65,536"),
        ([_limit("a", up_to=1 << 20), _limit("b", most=5, up_to=1 << 16, unit="lines")], 20, "1 MiB"),
        ([_limit("a")], 4, "16"),
        ([_limit("a", most=-3, up_to=-1)], 4, "16"),
        ([_limit("a", most=(1 << 20) + 1)], 24, "16 MiB"),
    ],
)
def test_the_scale_ends_where_sizes_end(limits, end, last):
    scale = _scale(limits)
    assert scale.doublings == end
    assert list(scale.ticks)[-1] == ("100%", last)


def test_one_target_has_one_chart_a_section_of_all_things(tmp_path):
    page = rendered(tmp_path, measured(("nginx",)))
    charts = re.findall(r"<caption>(.*?)</caption>", page.html[page.html.index('<section id="limits"') :])
    assert charts == ["nginx, in octets"] * 3
    assert ["field lines", "65,536", "no limit met up to here"] in [
        row
        for chart in re.split(r"(?=<caption>)", page.html)[1:]
        for row in rows(Slice(chart), "nginx, in octets")
    ]


class Slice:
    """A part of a page."""

    def __init__(self, html):
        self.html = html


def test_things_that_no_section_is_known_for_are_shown_as_well(tmp_path):
    more = LimitRecord("nginx", "cookie", "crumbs", 7, up_to=16)
    page = rendered(tmp_path, [head(), target(), target("hyper"), *sizes(), more, END])
    assert rows(page, "cookie, in crumbs") == [
        ["nginx", "7", "no limit met up to here"],
        ["hyper", NONE, "unknown: the run did not come so far"],
    ]


def test_limits_of_a_target_without_its_record_are_kept(tmp_path):
    page = rendered(tmp_path, [head(), target(), *sizes("lost"), END])
    assert [row[0] for row in rows(page, f"{LINE}, in octets")] == ["nginx", "lost"]
    assert Data(page.blocks).index["targets"][0]["name"] == "nginx"


def test_a_run_of_forty_targets_stays_small(tmp_path):
    names = tuple(f"server-{number}" for number in range(40))
    records = [head(), *map(target, names), *(limit for name in names for limit in sizes(name)), END]
    with RunReader(write_run(tmp_path, records)) as run:
        limits = SizeLimits(run.limits(), run.targets())
    assert [len(chart.rows) for group in limits.groups for chart in group.charts] == [40] * 5
