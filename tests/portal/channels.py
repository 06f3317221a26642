"""Where a crawler may learn of addresses: feed, sitemaps and robots.txt, with the instant of their last change."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from .articles import WIB, Article, articles_at
from .extras import ADMIN, INTERNAL, STATIC

FEED_LENGTH = 15
LAUNCHED = datetime(2024, 7, 1, 8, 0, tzinfo=WIB)
"""When the rebuilt site went up: the last change of what has not changed since."""


def changed_at(visit: int) -> datetime:
    """When the articles as a whole last changed; a disappearance counts as the day's last change."""
    latest = max(article.changed_at(visit) for article in articles_at(visit))
    return latest.replace(hour=23, minute=0, second=0) if visit > 1 else latest


def feed(base: str, visit: int) -> str:
    """RSS 2.0 with the newest articles."""
    items = "\n".join(_item(article, base, visit) for article in articles_at(visit)[:FEED_LENGTH])
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Portal Berita Kabupaten Tirtasari</title>
<link>{base}/</link>
<description>Berita resmi Pemerintah Kabupaten Tirtasari</description>
<language>id</language>
<lastBuildDate>{format_datetime(changed_at(visit))}</lastBuildDate>
<atom:link href="{base}/feed" rel="self" type="application/rss+xml"/>
{items}
</channel>
</rss>
"""


def _item(article: Article, base: str, visit: int) -> str:
    url = escape(base + article.path)
    texts = [block.text for block in article.body(visit) if block.kind == "p"]
    teaser = texts[0] if texts else article.title
    return f"""<item>
<title>{escape(article.title)}</title>
<link>{url}</link>
<guid isPermaLink="true">{url}</guid>
<pubDate>{format_datetime(article.at)}</pubDate>
<category>{escape(article.section)}</category>
<description><![CDATA[<p>{escape(teaser)}</p>]]></description>
</item>"""


def sitemap_index(base: str, visit: int) -> str:
    """The sitemap of sitemaps."""
    rows = (("/sitemap-berita.xml", changed_at(visit)), ("/sitemap-halaman.xml", LAUNCHED))
    entries = "\n".join(
        f"<sitemap><loc>{escape(base + path)}</loc><lastmod>{changed.isoformat()}</lastmod></sitemap>"
        for path, changed in rows
    )
    return _xml("sitemapindex", entries)


def article_sitemap(base: str, visit: int) -> str:
    """Every article, with the day or the instant of its last change."""
    return _xml("urlset", "\n".join(_url(base + a.path, _lastmod(a, visit)) for a in articles_at(visit)))


def static_sitemap(base: str) -> str:
    """Pages that are no articles."""
    return _xml("urlset", "\n".join(_url(base + path, f"{LAUNCHED:%Y-%m-%d}") for path in ("/", *STATIC)))


def _lastmod(article: Article, visit: int) -> str:
    changed = article.changed_at(visit)
    whole_day = article.precision == "day" and not article.is_edited(visit)
    return f"{changed:%Y-%m-%d}" if whole_day else changed.isoformat()


def _url(address: str, lastmod: str) -> str:
    return f"<url><loc>{escape(address)}</loc><lastmod>{lastmod}</lastmod></url>"


def _xml(root: str, entries: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}">\n{entries}\n</{root}>\n'


def robots(base: str, crawl_delay: float | None) -> str:
    """What a robot may fetch."""
    delay = "" if crawl_delay is None else f"Crawl-delay: {crawl_delay:g}\n"
    folder = ADMIN.rpartition("/")[0]
    return f"User-agent: *\nDisallow: {folder}/\nDisallow: {INTERNAL}\n{delay}\nSitemap: {base}/sitemap.xml\n"
