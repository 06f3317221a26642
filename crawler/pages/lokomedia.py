"""The Lokomedia family: one Indonesian CMS and its many descendants, told apart by their markup.

- Swarakalibata: title ``h2.article-title``, ``.info .date`` above bare paragraphs; the headings "Berita terkait" and
  "Komentar" are pictures before a list.
- CodeIgniter ports (kesbang.tanjabtimkab.go.id): the category is the ``h1``, the title a ``h2``.
- phpmu "tigo" (malangkab.go.id): body in ``.shortcode-content .column9``.
- PopojiCMS: ``.entry-content`` whose HTML was escaped twice.

A site may hold old and new pages; each is tried in turn.
"""

from __future__ import annotations

from .layout import Layout

_STOP = (
    "img[src*='terkait']",
    "img[alt*='terkait' i]",
    "img[src*='komentar']",
    "img[src*='related']",
    ".fb-comments",
    "#disqus_thread",
)
_REMOVE = (
    ".addthis_toolbox",
    ".addthis_inline_share_toolbox",
    ".fb-like",
    ".fb-comments",
    ".share",
    ".sosmed",
    ".info",
    ".dibaca",
    ".related-posts",
    ".panel",
    ".pager",
    ".breadcrumb",
    ".post-navigation",
)

SWARAKALIBATA = Layout(
    name="lokomedia-swarakalibata/1",
    mark=".post h2.article-title, h2.article-title",
    title=(".post h2.article-title", "h2.article-title"),
    subtitle=(".sub_judul2", ".sub_judul"),
    section=(".post > h4 a[href*='kategori']",),
    author=(".info .date b",),
    date=(".info .date", ".post .date"),
    body=(".post",),
    image=(".image2 img",),
    remove=(*_REMOVE, ".sub_judul2", ".sub_judul", "h2.article-title", ".image2"),
    stop=_STOP,
)

TIGO = Layout(
    name="lokomedia-tigo/1",
    mark=".shortcode-content",
    title=(".article-title h1 .title", ".article-title h1", ".article-title h2"),
    date=(".article-title .date", ".article-title .calendar-date", ".content-article-title .date"),
    body=(".shortcode-content .column9", ".shortcode-content"),
    image=(".shortcode-content img",),
    remove=_REMOVE,
    stop=_STOP,
)

POPOJI = Layout(
    name="lokomedia-popoji/1",
    mark=".entry-title h2, .entry-meta li",
    title=(".entry-title h2", ".entry-title h1", ".entry-title"),
    date=(".entry-meta li", ".entry-meta"),
    author=(".entry-meta a[href*='author']", ".entry-meta a[href*='user']"),
    tags=(".entry-meta a[href*='tag']", ".tagcloud a"),
    section=(".entry-meta a[href*='category']",),
    body=(".entry-content",),
    image=(".entry-image img",),
    remove=_REMOVE,
    stop=_STOP,
)

LAYOUTS = (SWARAKALIBATA, TIGO, POPOJI)
