"""Finding and measuring on the tree: the quick ways give what the plain ones would."""

# ruff: noqa: E501 - markup has long lines

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.pages.clean import clean, clean_soup
from crawler.pages.select import Index, select
from crawler.pages.soup import soup_of_boxes
from crawler.pages.survey import survey
from crawler.pages.tree import BLOCK_TAGS, LONG_TAG, Element, markup_of, parse
from tests.pages import TEXT, page

MARKUP = """<div id="top" class="post  entry"><h1 class="title">Judul</h1><p class="meta"><time class="date">1 Mei</time></p>
<div class="post"><p id="lead" class="lead post">Satu <a class="x" href="/a">dua</a></p><ul><li class="x"><p class="lead">tiga</p></li></ul>
</div><span class="postmeta">empat</span></div><h2 class="title">Lain</h2>"""

SELECTORS = (
    ".post", ".title", "h1", "h1, h2", "#lead", "p.lead", ".post p", ".post > p", "div .post .lead", "div#top > div.post",
    ".x", "a.x, li.x", ".post .x", "body .post", "p#lead.post", ".nobody", ".meta time", ".entry.post", "h2.title, .lead",
    "a[href]", ".post > ul > li", "li p", "[class~='x']", ".post:first-child", "h1 + p", "p:", "",
)  # fmt: skip


def _indexed(html: str) -> tuple[Element, Index]:
    root = parse(f"<html><body>{html}</body></html>")
    body = next(root.iter("body"))
    nodes = list(body.iter())
    return root, Index(body, nodes, {node: at for at, node in enumerate(nodes)})


@pytest.mark.parametrize("selector", SELECTORS)
def test_the_index_finds_what_a_search_finds(selector: str) -> None:
    """For the whole page and for a box of it."""
    root, index = _indexed(MARKUP)
    for within in (root, next(root.iter("div"))):
        assert index.select(within, selector) == select(within, selector)


def test_what_was_taken_out_is_not_found() -> None:
    """The index was made before; the tree decides."""
    root, index = _indexed(MARKUP)
    lead = index.select(root, "#lead")[0]
    lead.getparent().remove(lead)
    assert index.select(root, "#lead") == []
    assert index.with_class("post")[-1] is lead


tags = st.sampled_from(("div", "p", "a", "span", "li", "h2", "td", "em"))
texts = st.sampled_from(("", " ", "Kata.", "Sebuah kalimat yang cukup panjang, dengan koma. Dan satu lagi. "))
trees = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda tag, parts, tail: f"<{tag}>{''.join(parts)}</{tag}>{tail}", tags, st.lists(inner, max_size=4), texts
    ),
    max_leaves=25,
)


@given(trees)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sums_are_those_of_counting_each_element_by_itself(markup: str) -> None:
    """Text of a block, all text below an element, commas: counted naively."""
    body = next(parse(f"<html><body><div>{markup}</div></body></html>").iter("body"))
    page = survey(body)
    own = dict.fromkeys(page.nodes, 0)
    pauses = dict(own)
    for element in page.nodes:
        for text, up in ((element.text, element), (element.tail, element.getparent() if element is not body else None)):
            while up is not None and up is not body and up.tag not in BLOCK_TAGS:
                up = up.getparent()
            if up is not None:
                own[up] += len((text or "").strip())
                pauses[up] += (text or "").count(",") + (text or "").count(". ")
    for at, element in enumerate(page.nodes):
        below = [inner for inner in element.iter() if inner is body or inner.tag in BLOCK_TAGS]
        assert page.total[at] == sum(own[inner] for inner in below)
        assert page.nodes[page.last[at]] is list(element.iter())[-1]
        if element in below:
            assert (page.own[at], page.commas(at)) == (own[element], pauses[element])
        assert page.links[at] <= page.total[at]
        assert page.prose[at] == sum(page.good[inner] for inner in range(at, page.last[at] + 1))


inlines = st.builds(
    lambda tag, text, tail: f"<{tag} class='x' href='/ä b'>{text}</{tag}>{tail}",
    st.sampled_from(("a", "span", "em")),
    texts,
    texts,
)
lines = st.builds(
    lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
    st.sampled_from(("p", "h2", "div")),
    st.lists(inlines, max_size=3),
)
bodies = st.lists(
    st.one_of(lines, st.lists(lines, max_size=3).map(lambda found: f"<div>{''.join(found)}</div>")), max_size=5
).map("".join)


@given(bodies)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_soup_that_is_grown_reads_like_one_that_is_parsed(markup: str) -> None:
    """The box goes from tree to tree without being written as markup."""
    box = next(parse(f"<html><body><div>{markup}</div></body></html>").iter("div"))
    assert clean_soup(soup_of_boxes([box]), "https://a.go.id/") == clean(markup_of(box), "https://a.go.id/")


def test_a_body_escaped_twice_is_unfolded() -> None:
    """Its text holds tags, so it is parsed once more."""
    box = next(
        parse("<html><body><div>&lt;p&gt;Satu.&lt;/p&gt;&lt;p&gt;Dua.&lt;/p&gt;</div></body></html>").iter("div")
    )
    assert len(clean_soup(soup_of_boxes([box]), "https://a.go.id/")) == 2


def test_a_box_nested_too_deep_keeps_its_text() -> None:
    """It is flattened first."""
    box = next(parse("<html><body>" + "<div>" * 400 + TEXT + "</div>" * 400 + "</body></html>").iter("div"))
    assert len(clean_soup(soup_of_boxes([box]), "https://a.go.id/")) == 3


@pytest.mark.parametrize("offset", range(0, LONG_TAG, 1999))
def test_a_tag_with_thousands_of_attributes_loses_them_wherever_it_stands(offset: int) -> None:
    """The parser would compare each with all before it."""
    tag = "<p " + " ".join(f"a{n}=1" for n in range(4000)) + ">"
    root = parse(page(f"<div>{'x' * offset}{tag}isi</p></div>"))
    assert [len(found.attrib) for found in root.iter("p") if found.text == "isi"] == [0]
