"""Whole pages: what the record of an article holds, from pages as messy as those of the field."""

# ruff: noqa: E501 - pages have long lines

from __future__ import annotations

import pytest

from archive.record import Article
from crawler.pages import READER_VERSION, read
from tests.pages import LAST, LEAD, MORE, TEXT, TITLE, URL, article, capture, page, source


def paragraphs(found: Article) -> list[str]:
    return found.body_text.split("\n\n")


def test_plain_article() -> None:
    """Title, text, identity, language and extractor of a page without any trap."""
    found = article(f'<p class="date">Rabu, 27 April 2022</p><div>{TEXT}</div>')
    assert found.title == TITLE
    assert paragraphs(found) == [LEAD, MORE, LAST]
    assert (found.published_at, found.published_precision, found.published_from) == ("2022-04-27", "day", "selector")
    assert (found.canonical_url, found.language, found.body_kind) == (URL, "id", "text")
    assert found.extractor == f"{READER_VERSION} generic/1"
    assert found.warnings == ()


def test_capital_title_stays_and_first_line_that_repeats_it_goes() -> None:
    """A third of titles is in capitals; one text in twenty repeats its title."""
    html = page(f"<h1>{TITLE.upper()}</h1><div><p><b>{TITLE}</b></p>{TEXT}</div>")
    found = read(capture(html), source())
    assert isinstance(found, Article)
    assert found.title == TITLE.upper()
    assert paragraphs(found) == [LEAD, MORE, LAST]


def test_runs_of_breaks_make_paragraphs_and_hard_wraps_do_not() -> None:
    """A sentence that goes on behind a break is one line; two breaks part paragraphs."""
    wrapped = LEAD.replace(" di Balai", "<br>di Balai").replace(" wereng", "<br />\nwereng")
    found = article(f"<div>{wrapped}<br>&nbsp;<br><br>{MORE}<br>{LAST}<br><br></div>")
    assert paragraphs(found) == [LEAD, MORE, LAST]


def test_spans_neither_glue_nor_split_words() -> None:
    """Word processors end spans anywhere; where one swallowed the blank behind a comma it comes back."""
    text = LEAD.replace("Kabupaten", "<span>Kabu</span><span style='x'>paten</span>").replace(
        ", kata", ",</span><span>kata"
    )
    found = article(f"<p><span>{text}</span></p><p>{MORE}</p>")
    assert paragraphs(found) == [LEAD, MORE]


def test_lists_tables_and_subheads_are_lines() -> None:
    """Items and rows are lines of one block; layout tables are none."""
    grid = "<table><tr><th>Desa</th><th>Bibit</th></tr><tr><td>Sukamaju</td><td>20</td></tr></table>"
    found = article(
        f"<p>{LEAD}</p><h3>Desa penerima</h3><ul><li>Sukamaju</li><li>Sukasari<ol><li>Dusun Satu</li></ol></li></ul>"
        f"<p>{MORE}</p>{grid}<table><tr><td><p>{LAST}</p></td></tr></table>"
    )
    lists, rows = "Sukamaju\nSukasari\nDusun Satu", "Desa | Bibit\nSukamaju | 20"
    assert paragraphs(found) == [LEAD, "Desa penerima", lists, MORE, rows, LAST]
    assert "<h3>Desa penerima</h3>" in found.body_html
    assert "<ul><li>Sukamaju</li><li>Sukasari<ol><li>Dusun Satu</li></ol></li></ul>" in found.body_html
    assert "<tr><th>Desa</th><th>Bibit</th></tr>" in found.body_html


def test_markup_is_inert() -> None:
    """Nothing active passes: no script, handler, style, or address of another scheme."""
    found = article(
        f"<p onclick='x()' style='color:red'>{LEAD} <a href='javascript:alert(1)' onmouseover='y()'>klik</a>"
        f" <a href='/unduh'>unduh</a></p><script>z()</script><p>{MORE}<img src='data:image/gif;base64,R0' onerror='q()'></p>"
        "<iframe src='https://youtube.example/embed/1'></iframe><p>&lt;script&gt;jahat()&lt;/script&gt; ditulis peretas.</p>"
    )
    for word in ("javascript", "onclick", "onmouseover", "style", "<script", "data:", "onerror", "iframe"):
        assert word not in found.body_html
    assert '<a href="https://contoh.go.id/unduh">unduh</a>' in found.body_html
    assert "&lt;script&gt;jahat()&lt;/script&gt;" in found.body_html


def test_credits_source_and_hashtags_have_their_own_fields() -> None:
    """End mark, writers, source and hashtags leave the text."""
    found = article(
        f"<p>SUKAMAJU, PROKOPIM – {LEAD}</p><p>{MORE}</p><p>{LAST} (prokopim/dhe)</p><p>Penulis: Rina Wati</p>"
        "<p>Editor: Joko</p><p>Sumber: beritacontoh.example</p><p>#PanenRaya #Petani_Maju</p>"
    )
    assert paragraphs(found) == [LEAD, MORE, LAST]
    assert (found.dateline, found.credit_raw, found.credit_unit) == ("SUKAMAJU", "(prokopim/dhe)", "prokopim")
    assert found.authors == ("Rina Wati",)
    assert found.attribution == "Sumber: beritacontoh.example"
    assert found.tags == ("PanenRaya", "Petani_Maju")


def test_frame_around_and_inside_the_text_is_cut() -> None:
    """Counters, share words, pointers and related items are no text, dates in them no dates."""
    cards = "".join(
        f'<div class="kotak"><a href="/berita/{n}">Berita nomor {n} dari desa</a><small>1{n} Mei 2021</small></div>'
        for n in range(5)
    )
    found = article(
        f"<div><p>Dibaca 1.204 kali</p><p>{LEAD}</p><p><strong>Baca juga:</strong> <a href='/berita/7'>Panen raya di Sukasari</a></p>"
        f"<p>{MORE}</p><p>{LAST}</p><p>Bagikan :</p><a href='https://wa.example'>WhatsApp</a><h4>BERITA TERKAIT</h4>{cards}"
        "<h4>Tinggalkan Komentar</h4><p>Alamat surel Anda tidak akan dipublikasikan.</p></div>"
    )
    assert paragraphs(found) == [LEAD, MORE, LAST]
    assert (found.published_at, found.published_from) == (None, "none")


def test_captions_go_to_their_pictures() -> None:
    """Captions are no text; ``Teks foto`` belongs to the picture above it; icons are no pictures."""
    found = article(
        f"<figure><img src='/a.jpg' alt='Bibit'><figcaption>Warga menerima bibit.</figcaption></figure><p>{LEAD}</p>"
        f"<p>Warga menerima bibit.</p><p><img src='b%20c.jpg'><img src='/img/icon-wa.png'></p><p>Teks foto: Bibit di gudang.</p><p>{MORE}</p>"
        "<img src='/pixel.gif' width='1' height='1'>"
    )
    assert paragraphs(found) == [LEAD, MORE]
    assert [(image.url, image.caption, image.alt) for image in found.images] == [
        ("https://contoh.go.id/a.jpg", "Warga menerima bibit.", "Bibit"),
        ("https://contoh.go.id/berita/b%20c.jpg", "Bibit di gudang.", None),
    ]


def test_post_of_a_picture_and_one_line_is_kept() -> None:
    """A short body is named, never dropped."""
    found = article("<p>27 April 2022</p><div class='isi'><img src='/foto/apel.jpg'></div>")
    assert (found.body_kind, found.body_text, len(found.images)) == ("image", "", 1)
    found = article("<div class='isi'><p>Apel pagi di halaman kantor bupati.</p><img src='/foto/apel.jpg'></div>")
    assert (found.body_kind, found.body_text) == ("text", "Apel pagi di halaman kantor bupati.")


@pytest.mark.parametrize(
    "viewer",
    [
        "<iframe src='/unduh/pengumuman.pdf'></iframe>",
        "<iframe src='https://docs.google.com/viewer?url=https%3A%2F%2Fcontoh.go.id%2Funduh%2Fpengumuman.pdf&embedded=true'></iframe>",
        "<iframe src='/pdfjs/web/viewer.html?file=/unduh/pengumuman.pdf'></iframe>",
        "<object data='/unduh/pengumuman.pdf' type='application/pdf'></object>",
        "<embed src='/unduh/pengumuman.pdf'>",
        "<p><a href='/unduh/pengumuman.pdf'>Unduh</a></p>",
    ],
)
def test_documents_are_attachments(viewer: str) -> None:
    """Links and viewers of every kind lead to the document."""
    found = article(f"<div class='isi'>{viewer}</div>")
    assert found.body_kind == "document"
    assert [(item.url, item.media_type) for item in found.attachments] == [
        ("https://contoh.go.id/unduh/pengumuman.pdf", "application/pdf")
    ]


def test_table_bodies_are_named() -> None:
    """A page that is a table says so."""
    rows = "".join(f"<tr><td>Desa Sukamaju {n}</td><td>{n} ton gabah kering</td></tr>" for n in range(9))
    found = article(f"<div class='entry-content'><p>Hasil panen</p><table>{rows}</table></div>")
    assert found.body_kind == "table"
    assert "Desa Sukamaju 3 | 3 ton gabah kering" in found.body_text


def test_wordpress_block_post() -> None:
    """Block theme with gallery, caption, category, tag, author, offset in UTC."""
    html = page(
        f'<h1 class="wp-block-post-title">{TITLE}</h1><div class="wp-block-post-author-name">Humas</div>'
        '<div class="wp-block-post-date"><time datetime="2022-04-26T23:30:00+00:00">27 April 2022</time></div>'
        '<div class="taxonomy-category wp-block-post-terms"><a href="/c/p" rel="tag">Pertanian</a></div>'
        f'<div class="entry-content wp-block-post-content"><p>{LEAD}</p><figure class="wp-block-gallery"><figure class="wp-block-image">'
        '<img src="/wp-content/uploads/2022/04/a-300x200.jpg"></figure><figure class="wp-block-image"><img src="/wp-content/uploads/2022/04/b.jpg">'
        f"<figcaption>Panen</figcaption></figure></figure><p>{MORE}</p><p>{LAST}</p></div>"
        '<div class="taxonomy-post_tag wp-block-post-terms"><a href="/t/p" rel="tag">padi</a></div><div id="comments"><h2>2 tanggapan</h2>'
        "<p>Semoga hasil panen tahun ini melimpah dan petani sejahtera, salam dari perantau.</p></div>",
        names="single single-post",
    )
    found = read(capture(html), source("wordpress"))
    assert isinstance(found, Article)
    assert paragraphs(found) == [LEAD, MORE, LAST]
    assert (found.published_at, found.published_precision) == ("2022-04-27T07:30:00+08:00", "second")
    assert (found.section, found.tags, found.authors) == ("Pertanian", ("padi",), ("Humas",))
    assert len(found.images) == 2
    assert found.extractor == f"{READER_VERSION} wordpress-blocks/1"


def test_one_site_may_have_two_markups() -> None:
    """Old pages are read by the platform's layout, new ones by the generic reader."""
    old = page(
        f"<div class='post'><h2 class='article-title'>{TITLE}</h2><div class='info'><span class='date'>Rabu, 27 April 2022</span></div>{TEXT}</div>"
    )
    new = page(f"<h1>{TITLE}</h1><div class='isi'>{TEXT}</div>")
    readings = [read(capture(html), source("lokomedia")) for html in (old, new)]
    assert [found.extractor.split()[1] for found in readings if isinstance(found, Article)] == [
        "lokomedia-swarakalibata/1",
        "generic/1",
    ]
    assert all(isinstance(found, Article) and found.body_text.split("\n\n") == [LEAD, MORE, LAST] for found in readings)


def test_selectors_of_the_source_go_first() -> None:
    """A source may say where title, date and body are, what is to be removed and where the body ends."""
    html = page(
        f"<h1>Kabar Desa</h1><h5 class='t'>{TITLE}</h5><i id='d'>diunggah 27/04/2022</i><section class='x'>{TEXT}<b class='z'>Hubungi kami</b>"
        f"<p>Info lanjutan</p><p>{MORE}</p></section>"
    )
    select = {
        "title": ["h5.t"],
        "date": ["#d"],
        "body": ["section.x"],
        "remove": [".z"],
        "cut_after": ["Info Lanjutan"],
    }
    found = read(capture(html), source(select=select))
    assert isinstance(found, Article)
    assert (found.title, found.published_at) == (TITLE, "2022-04-27")
    assert paragraphs(found) == [LEAD, MORE, LAST]


def test_canonical_link_counts_on_the_own_host_only() -> None:
    """The page's own name for itself is used, unless it is the home page or lies elsewhere."""
    own = article(TEXT, '<link rel="canonical" href="http://www.contoh.go.id/index.php/berita/bibit?utm_source=wa">')
    assert own.canonical_url == "https://contoh.go.id/berita/bibit"
    assert article(TEXT, '<link rel="canonical" href="https://contoh.go.id/">').canonical_url == URL
    foreign = article(TEXT, '<link rel="canonical" href="https://berita.tetangga.go.id/berita/bibit">')
    assert foreign.canonical_url == URL
    assert foreign.integrity_reasons == ("canonical-on-foreign-host",)


def test_language_of_untouched_themes_is_not_believed() -> None:
    """``en-US`` on an Indonesian page is the theme's."""
    assert article(TEXT, lang="en-US").language == "id"
    assert article(TEXT, lang="id-ID").language == "id-ID"


def test_truncated_capture_is_read_and_named() -> None:
    """What arrived is read; the record says that it is not all."""
    html = page(f"<h1>{TITLE}</h1><div>{TEXT}</div>")[:-60]
    found = read(capture(html, truncated="disconnect"), source())
    assert isinstance(found, Article)
    assert found.warnings == ("capture-truncated",)


def test_words_set_above_the_title_in_its_heading_are_no_part_of_it() -> None:
    """Where the page calls itself by the rest alone."""
    kicker = f"<h1><span>Pertanian</span> <span>{TITLE}</span></h1>"
    html = page(
        f"<article>{kicker}{TEXT}</article>",
        f'<meta property="og:title" content="{TITLE}">',
        title=f"Pertanian {TITLE}",
    )
    found = read(capture(html), source())
    assert getattr(found, "title", "") == TITLE
