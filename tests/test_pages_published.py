"""Which of a page's dates is that of the article: order of trust, what never counts, what is kept as printed."""

# ruff: noqa: E501 - pages have long lines

from __future__ import annotations

import pytest

from tests.pages import LEAD, MORE, TEXT, URL, article, source

META = '<meta property="article:published_time" content="{}">'
CHANGED = '<meta property="article:modified_time" content="{}">'
OTHERS = "".join(
    f'<li><a href="/berita/{n}">Kabar desa nomor {n}</a> <span class="date">{n} Maret 2021</span></li>'
    for n in range(1, 14)
)


def dated(body: str, head: str = "", **how: object) -> tuple[str | None, str, str]:
    found = article(body, head, **how)
    return found.published_at, found.published_precision, found.published_from


def test_meta_goes_before_print_and_keeps_its_time() -> None:
    """The instant that the page states for machines is the most precise; it gets the site's offset."""
    found = article(f"<p>Rabu, 27 April 2022</p>{TEXT}", META.format("2022-04-27T01:15:00+00:00"))
    assert (found.published_at, found.published_precision, found.published_from) == (
        "2022-04-27T09:15:00+08:00",
        "second",
        "meta",
    )
    assert found.published_raw == "2022-04-27T01:15:00+00:00"
    assert found.warnings == ()


def test_printed_time_beats_a_meta_that_is_only_a_day() -> None:
    """The same day, said more precisely, wins."""
    assert dated(f"<p>Rabu, 27 April 2022 - 09.15 WITA</p>{TEXT}", META.format("2022-04-27")) == (
        "2022-04-27T09:15:00+08:00",
        "minute",
        "selector",
    )


def test_days_that_disagree_are_named() -> None:
    """Meta is believed, unless it is the day of the last change."""
    found = article(f"<p>Selasa, 26 April 2022</p>{TEXT}", META.format("2022-04-27T09:15:00+08:00"))
    assert (found.published_at, found.warnings) == ("2022-04-27T09:15:00+08:00", ("dates-disagree",))
    changed = "2022-05-09T09:15:00+08:00"
    found = article(f"<p>Selasa, 26 April 2022</p>{TEXT}", META.format(changed) + CHANGED.format(changed))
    assert (found.published_at, found.published_from, found.modified_at) == ("2022-04-26", "selector", changed)


def test_last_change_is_never_the_day_of_publishing() -> None:
    """``modified_at`` is filled, ``published_at`` stays empty."""
    found = article(TEXT, CHANGED.format("2022-05-09T09:15:00+08:00"))
    assert (found.published_at, found.published_precision, found.modified_at) == (
        None,
        "none",
        "2022-05-09T09:15:00+08:00",
    )


def test_linked_data_is_read() -> None:
    """JSON-LD in a graph, of this article and not of the related ones."""
    graph = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":"Seratus Kelompok'
        ' Tani Terima Bibit Padi Tahan Wereng","datePublished":"2022-04-27T09:15:00+08:00","dateModified":"2022-04-28T10:00:00+08:00",'
        '"author":{"@type":"Person","name":"Rina Wati"},"articleSection":"Pertanian"},{"@type":"NewsArticle","headline":"Kabar lain",'
        '"datePublished":"2020-01-01"}]}</script>'
    )
    found = article(TEXT, graph)
    assert (found.published_at, found.published_from) == ("2022-04-27T09:15:00+08:00", "json-ld")
    assert (found.authors, found.section, found.modified_at) == (
        ("Rina Wati",),
        "Pertanian",
        "2022-04-28T10:00:00+08:00",
    )


def test_broken_linked_data_is_passed_over() -> None:
    """What is no JSON states nothing."""
    broken = '<script type="application/ld+json">{"@type":"NewsArticle",}</script>'
    assert dated(f"<p>27 April 2022</p>{TEXT}", broken) == ("2022-04-27", "day", "selector")


@pytest.mark.parametrize(
    ("printed", "at", "precision"),
    [
        ("<p>Selasa, 27 Maret 2018</p>", "2018-03-27", "day"),
        ("<div class='meta'>Senin, 27 Juni 2022</div>", "2022-06-27", "day"),
        ("<span>07 November 2022 22:09</span>", "2022-11-07T22:09:00+08:00", "minute"),
        ("<div><span>11 Oktober 2021</span><span>5:03pm</span></div>", "2021-10-11T17:03:00+08:00", "minute"),
        ("<p>20 Juni 2018 Jam 17:46:12</p>", "2018-06-20T17:46:12+08:00", "second"),
        ("<small>Published on 27 Mar 2018, 10:05 WIB</small>", "2018-03-27T10:05:00+07:00", "minute"),
        ("<p>Oleh: Humas | 27 Mar 2018</p>", "2018-03-27", "day"),
        ("<ul><li>Jum’at, 2 Nopember 2018</li><li>Dibaca 3.000 kali</li></ul>", "2018-11-02", "day"),
        ("<p>6 bulan yang lalu</p>", "2022-11", "relative"),
        ("<time datetime='2018-03-27T10:00:00+08:00'>27 Maret 2018</time>", "2018-03-27T10:00:00+08:00", "second"),
        ("27 Maret 2018 09:00 WITA<br>", "2018-03-27T09:00:00+08:00", "minute"),
    ],
)
def test_dates_printed_by_the_title(printed: str, at: str, precision: str) -> None:
    """All forms seen between title and text."""
    found = article(f"{printed}<div>{TEXT}</div>")
    assert (found.published_at, found.published_from) == (at, "selector")
    assert found.published_precision == precision
    assert found.body_text.startswith(LEAD)


def test_date_above_the_title_counts_but_not_today() -> None:
    """The date of a kicker line is the article's; that of the top bar is today's (the frame of every test page has one)."""
    from crawler.pages import read
    from tests.pages import TITLE, capture, page

    html = page(
        f"<div class='konten'><div class='kicker'>Pertanian, 27 April 2022</div><h1>{TITLE}</h1><div>{TEXT}</div></div>"
    )
    found = read(capture(html), source())
    assert getattr(found, "published_at", "") == "2022-04-27"
    assert dated(f"<div>{TEXT}</div>") == (None, "none", "none")


@pytest.mark.parametrize(
    "around",
    [
        "{text}<h3>Berita Lainnya</h3><ul>" + OTHERS + "</ul>",
        "{text}<ul>" + OTHERS + "</ul>",
        "<div class='sidebar'><ul>" + OTHERS + "</ul></div>{text}",
        "{text}<div class='komentar'><p>Budi</p><p>3 Mei 2022 pukul 10.00</p><p>Semoga petani kita makin maju dan sejahtera semuanya.</p></div>",
        "{text}<p>Hak Cipta © 2020 Kabupaten Contoh. Diperbarui 1 Januari 2020</p>",
        "<aside><p>Agenda: 12 Maret 2022</p></aside>{text}",
    ],
)
def test_dates_of_other_things_never_count(around: str) -> None:
    """kaltimprov.go.id prints thirteen dates of other items behind the text, and none of its own."""
    assert dated(around.replace("{text}", f"<div>{TEXT}</div>")) == (None, "none", "none")


def test_address_tells_the_day_or_the_year_of_the_day_in_the_lead() -> None:
    """``/2018/06/13/`` is a day; ``/2018/06/`` is a year and month for ``(13/6)``; without a year there is none."""
    lead = LEAD.replace("Sukamaju.", "Sukamaju, Rabu (13/6).")
    body = f"<p>SUKAMAJU – {lead}</p><p>{MORE}</p>"
    assert dated(TEXT, url="https://contoh.go.id/2018/06/13/bibit") == ("2018-06-13", "day", "url")
    assert dated(body, url="https://contoh.go.id/2018/06/bibit") == ("2018-06-13", "day", "dateline")
    assert dated(TEXT, url="https://contoh.go.id/2018/06/bibit") == ("2018-06", "month", "url")
    assert dated(body, url=URL) == (None, "none", "none")
    later = body.replace("(13/6)", "(20/6) mendatang")
    assert dated(later, url="https://contoh.go.id/2018/06/bibit") == ("2018-06", "month", "url")


def test_future_and_ancient_dates_are_refused() -> None:
    """A database's zero value and a date after the fetch are mistakes."""
    for wrong in ("1970-01-01T00:00:00+00:00", "2031-01-01T00:00:00+08:00", "0000-00-00", "kemarin dulu"):
        assert dated(TEXT, META.format(wrong)) == (None, "none", "none")


def test_weekday_that_contradicts_is_a_warning() -> None:
    """49 of 56 rows of one office's site have a wrong weekday; the date stands."""
    found = article(f"<p>Senin, 27 Maret 2018</p>{TEXT}")
    assert (found.published_at, found.warnings) == ("2018-03-27", ("weekday-contradicts-date",))


@pytest.mark.parametrize(
    ("around", "at"),
    [
        ("{text}<div class='entry-footer'><span class='posted-on'>Sabtu, 16 April 2022</span></div>", "2022-04-16"),
        ("<div class='share-box'><span class='tanggal'>16 April 2022</span></div>{text}", "2022-04-16"),
        ("{text}<abbr class='published' title='2022-04-16T08:00:00+08:00'>08:00</abbr>", "2022-04-16T08:00:00+08:00"),
        ("<div class='hidden-xs'><em>16 April 2022</em></div>{text}", "2022-04-16"),
        # Rows of one form are comments, or other articles.
        (
            "{text}<div><b class='date'>1 Maret 2022</b></div><div><b class='date'>2 Maret 2022</b></div><div><b class='date'>3 Maret 2022</b></div>",
            None,
        ),
        ("{text}<span class='last-updated-date'>16 April 2022</span>", None),
    ],
)
def test_dates_that_the_markup_calls_dates_count_where_no_other_is(around: str, at: str | None) -> None:
    """One of the page's own, not a row of others'; never that of the last change."""
    assert dated(around.replace("{text}", f"<div>{TEXT}</div>"))[0] == at


def test_a_vague_meta_date_gives_way_to_the_printed_one() -> None:
    """``date`` may be that of the page's making."""
    printed = f"<p class='tanggal'>16 April 2022</p>{TEXT}"
    assert article(printed, '<meta name="date" content="2022-04-20">').published_at == "2022-04-16"
    assert (
        article(printed, '<meta property="article:published_time" content="2022-04-20">').published_at == "2022-04-20"
    )
