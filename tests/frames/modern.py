"""Frames of themes and frameworks: WordPress, magazines, cards, hashed class names."""

# ruff: noqa: E501 - markup and sentences have long lines

from __future__ import annotations

from .page import Around, Frame, document, links
from .texts import News

_NAV = '<header class="site-header"><nav><ul><li><a href="/">Beranda</a></li><li><a href="/profil">Profil</a></li></ul></nav></header>'
_FOOTER = '<footer class="site-footer"><p>&copy; 2024 Kabupaten Uji. Diperbarui 3 Maret 2024.</p></footer>'
_ABOUT = (
    "Diskominfo Kabupaten Uji mengelola portal ini untuk menyebarluaskan informasi pembangunan kepada masyarakat luas,"
    " dan seluruh isi berita dapat dikutip dengan menyebutkan sumbernya secara lengkap sesuai ketentuan yang berlaku."
)


def portal_breadcrumb(of: News, body: str, around: Around) -> tuple[str, str]:
    """Breadcrumb, date with icons, share row, cards with excerpts behind a heading."""
    head = f'<meta property="og:title" content="{of.title}"><meta property="og:type" content="article">'
    html = (
        f'{_NAV}<main><ol class="breadcrumb"><li>Beranda</li><li>Berita</li><li>{of.title}</li></ol><div class="detail">'
        f'<h1>{of.title}</h1><div class="info-berita"><span>Humas</span><span>{of.printed}</span><span>{of.number % 400}'
        f' views</span></div><figure><img src="/g/{of.number}.jpg"><figcaption>Suasana kegiatan. Foto: Humas</figcaption>'
        f'</figure><div class="isi-berita">{body}</div><div class="share-post">Bagikan ke Facebook WhatsApp</div></div>'
        '<section><h2>Berita Terkait</h2><div class="row">'
        + links(
            around.others,
            '<div class="card"><h5><a href="{url}">{title}</a></h5><small>{day}</small><p>{excerpt}</p></div>',
        )
        + f"</div></section></main>{_FOOTER}"
    )
    return f"{around.host}/berita/{of.slug}", document(f"{of.title} - Portal Kabupaten Uji", head, html)


def magazine(of: News, body: str, around: Around) -> tuple[str, str]:
    """A magazine theme: section, subtitle, author box, inline related list, tags, previous and next."""
    other = around.others[0]
    inline = (
        f'<div class="jnews_inline_related_post"><p>BACA JUGA</p><a href="/berita/{other.slug}">{other.title}</a></div>'
    )
    cut = body.find("</p>") + 4 if "</p>" in body else 0
    text = body[:cut] + inline + body[cut:]
    html = (
        f'{_NAV}<div class="jeg_main"><div class="entry-header"><div class="jeg_breadcrumbs"><a href="/">Home</a> Daerah</div>'
        f'<h1 class="jeg_post_title">{of.title}</h1><div class="jeg_meta_date"><a href="#">{of.day.strftime("%d/%m/%Y")}</a>'
        f'</div></div><div class="entry-content"><div class="content-inner">{text}<div class="jeg_post_tags">Tags: <a'
        ' rel="tag" href="/tag/uji">uji</a></div></div></div><div class="jeg_prevnext_post">'
        + links(around.others[1:3], '<a href="{url}" class="post"><span>Berita lain</span><h3>{title}</h3></a>')
        + f'</div><div class="jeg_authorbox"><p>{_ABOUT}</p></div><div class="jnews_related_post_container">'
        + links(
            around.others, '<article class="jeg_post"><h3><a href="{url}">{title}</a></h3><span>{day}</span></article>'
        )
        + f"</div></div>{_FOOTER}"
    )
    return f"{around.host}/{of.day:%Y/%m}/{of.slug}/", document(
        f"{of.title} – Kabupaten Uji", "", html, "en-US", "single"
    )


def wordpress_classic(of: News, body: str, around: Around) -> tuple[str, str]:
    """A classic theme with the plugins that everybody has."""
    head = f'<meta property="article:published_time" content="{of.day}T02:10:00+00:00">'
    html = (
        f'{_NAV}<article class="post type-post hentry"><h1 class="entry-title">{of.title}</h1><div class="entry-meta">Posted on'
        f' <time class="entry-date published" datetime="{of.day}T09:10:00+07:00">{of.day:%d/%m/%Y}</time></div><div'
        f' class="entry-content">{body}<div class="sharedaddy"><h3>Share this:</h3></div><div id="jp-relatedposts"><h3>Related'
        "</h3>" + links(around.others[:3], '<div><h4><a href="{url}">{title}</a></h4><p>{excerpt}</p></div>')
        + '</div></div></article><div class="widget-area"><section class="widget"><h2>Recent</h2><ul>'
        + links(around.latest, '<li><a href="{url}">{title}</a></li>') + f"</ul></section></div>{_FOOTER}"
    )  # fmt: skip
    return f"{around.host}/{of.day:%Y/%m/%d}/{of.slug}/", document(f"{of.title} – Uji", head, html, "id", "single")


def wordpress_blocks(of: News, body: str, around: Around) -> tuple[str, str]:
    """The block editor's theme; others stand in a query loop below."""
    html = (
        f'{_NAV}<main class="wp-block-group"><h1 class="wp-block-post-title">{of.title}</h1><div class="wp-block-post-date">'
        f'<time datetime="{of.day}T10:00:00+07:00">{of.printed}</time></div><div class="entry-content wp-block-post-content">'
        f'{body}</div><div class="wp-block-query"><h2>Lainnya</h2><ul class="wp-block-post-template">'
        + links(
            around.others,
            '<li class="wp-block-post"><h3><a href="{url}">{title}</a></h3><p>{excerpt}</p><time>{day}</time></li>',
        )
        + f"</ul></div></main>{_FOOTER}"
    )
    return f"{around.host}/{of.slug}/", document(f"{of.title} – Uji", "", html, "en-US", "single")


def cards(of: News, body: str, around: Around) -> tuple[str, str]:
    """Utility classes that say nothing; cards with excerpts right behind the text."""
    html = (
        f'<div class="flex bg-white shadow"><a href="/" class="text-xl">UJI</a></div><div class="max-w-5xl mx-auto px-4"><p'
        f' class="text-3xl font-bold mt-8">{of.title}</p><p class="text-sm text-gray-500 mt-2">{of.printed}</p><div'
        f' class="mt-6 text-justify leading-7">{body}</div><div class="grid grid-cols-3 gap-4 mt-10">'
        + links(
            around.others,
            '<a href="{url}" class="rounded shadow p-4"><p class="font-semibold">{title}</p><p class="text-sm mt-2">{excerpt}</p><p class="text-xs">{day}</p></a>',
        )
        + f'</div></div><div class="bg-gray-800 text-white p-8"><p>{_ABOUT}</p></div>'
    )
    return f"{around.host}/artikel/{of.slug}", document(f"{of.title} | UJI", "", html)


def hashed_classes(of: News, body: str, around: Around) -> tuple[str, str]:
    """A rendered framework: hashed class names, the date far from the title, data for machines in JSON-LD."""
    data = f'<script type="application/ld+json">{{"@type":"WebPage","name":"Kabupaten Uji","url":"{around.host}"}}</script>'
    html = (
        f'<div id="__next"><div class="Layout_wrap__a1B2c"><h1 class="Detail_judul__Zx91k">{of.title}</h1><div class="Detail_foto__11aQw">'
        f'<img src="/_next/{of.number}.webp" alt=""></div><div class="Detail_baris__8sKq2"><div>Admin Kominfo</div><div>{of.printed}'
        f'</div></div><div class="Detail_teks__Qq77d">{body}</div><div class="Detail_tag__9Zz"><a href="/tag/a">daerah</a></div></div>'
        '<div class="Lain_wrap__kk3"><h2 class="Lain_judul__z">Baca Berita Lain</h2>'
        + links(
            around.others,
            '<div class="Lain_item__7h"><a href="{url}">{title}</a><div>{day}</div><div>{excerpt}</div></div>',
        )
        + "</div></div>"
    )
    return f"{around.host}/berita/{of.number}-{of.slug}", document("Kabupaten Uji", data, html)


def article_of_meta(of: News, body: str, around: Around) -> tuple[str, str]:
    """``article`` holds title and meta only; the body is its sibling, and each card is an ``article`` too."""
    html = (
        f'{_NAV}<section class="wrapper"><article class="post-head"><h2>{of.title}</h2><ul class="meta"><li>Humas</li><li>'
        f'{of.day.day} {of.printed.split()[2]} {of.day.year}</li><li>{of.number % 300} kali dilihat</li></ul></article><div class="post-isi">'
        f"{body}</div><h4>Mungkin Anda Suka</h4>"
        + links(
            around.others,
            '<article class="post-card"><h2><a href="{url}">{title}</a></h2><p>{excerpt}</p><span class="meta">{day}</span></article>',
        )
        + f"</section>{_FOOTER}"
    )
    return f"{around.host}/berita/baca/{of.slug}", document(f"Berita - {of.title}", "", html)


def loud_frame(of: News, body: str, around: Around) -> tuple[str, str]:
    """A speech and a profile on each page, longer than many texts, in boxes named like an article."""
    html = (
        f'{_NAV}<div class="content"><div class="article-box"><h2>Sambutan Bupati</h2><p>{_ABOUT} {_ABOUT}</p><p>{_ABOUT}</p>'
        f'</div><div class="article-box"><h2>{of.title}</h2><span class="tgl">{of.printed}</span>{body}</div>'
        f'<div class="article-box"><h2>Profil Daerah</h2><p>Kabupaten Uji berdiri pada 9 Agustus 1950. {_ABOUT} {_ABOUT}</p></div>'
        '<div class="article-box"><h2>Kabar Lain</h2>' + links(around.others, '<p><a href="{url}">{title}</a></p>')
        + f"</div></div>{_FOOTER}"
    )  # fmt: skip
    return f"{around.host}/read/{of.number}/{of.slug}", document("Pemerintah Kabupaten Uji", "", html)


MODERN: dict[str, Frame] = {
    frame.__name__: frame
    for frame in (
        portal_breadcrumb, magazine, wordpress_classic, wordpress_blocks, cards, hashed_classes, article_of_meta, loud_frame,
    )
}  # fmt: skip
