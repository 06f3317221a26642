"""Words that pages print around articles, as data: headings that end one, lines that are none of it, names of boxes.

One table per purpose. A line is compared whole and short, never as a part of a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from .letters import listed

STOP_HEADING = re.compile(
    r"(?:(?:berita|artikel|konten|postingan|pos|tulisan|informasi|kegiatan|posting|post|posts|news|articles?"
    r"|stories)[ /]+)?"
    r"(?:ter(?:kait|baru|kini|populer|hangat)|populer|lain(?:nya)?|sebelumnya|selanjutnya|serupa|sejenis|pilihan"
    r"|rekomendasi)"
    r"(?: (?:berita|artikel|lain(?:nya)?|ini|dari .{1,40}))?"
    r"|(?:baca|simak|lihat|tonton)(?: (?:juga|pula|selengkapnya))?(?: berita| artikel)?(?: (?:terkait|lainnya))?"
    r"|(?:anda )?mungkin (?:anda )?(?:juga )?(?:suka|menyukai|tertarik)(?: .{1,20})?|rekomendasi(?: untuk anda)?"
    r"|bagikan(?: (?:artikel|berita|ini|ke|halaman|postingan|informasi|via|di).{0,30})?|share(?: (?:this|on|it"
    r"|via).{0,30})?"
    r"|(?:sebarkan|like|suka) ini|menyukai ini|like this|(?:silakan )?(?:beri|tinggalkan|tulis)(?:kan)? (?:komentar"
    r"|balasan).{0,30}"
    r"|(?:\d+ )?komentar(?: (?:anda|facebook|pengunjung|terbaru))?(?: \(?\d*\)?)?|(?:leave|post|add"
    r"|write) a (?:reply|comment).{0,30}"
    r"|(?:\d+ )?(?:comments?|responses?|thoughts on .{1,120})|(?:no|be the first) comments?|batalkan balasan"
    r"|cancel reply"
    r"|related(?: (?:posts?|articles?|news|stories|topics|content|coverage|items?|links?|reading|tags|story|videos?"
    r"|images?))?"
    r"|(?:recommended|more|also|read|you might|you may)(?: (?:also|for you|stories|news|from .{1,40}|on .{1,40}"
    r"|in .{1,30}|like"
    r"|read|articles?|related|reading|next|this|posts?|more|enjoy|about .{1,40}))+"
    r"|(?:most|top|latest|recent|popular|trending)(?: (?:read|popular|stories|news|viewed|posts?|articles|now"
    r"|comments?|videos?))+"
    r"|trending|about the authors?|tentang penulis|editors['’]? picks?|sign up .{0,60}|newsletters?|(?:follow"
    r"|ikuti) (?:us|kami).{0,40}"
    r"|mehr zum thema|lesen sie auch.{0,60}|das könnte sie auch interessieren.{0,20}|weitere (?:artikel|themen"
    r"|nachrichten|meldungen)"
    r"|navigasi (?:pos|tulisan|artikel)|post navigation|advertisements?|iklan|sumber foto|tulisan (?:terbaru|terkait)",
    re.IGNORECASE,
)
"""Headings after which the article is over."""

NOISE_LINE = re.compile(
    r"(?:(?:read|see|watch) more|don['’]?t miss|more (?:on|from|about)|also read|related) ?:.{0,200}|don['’]?t miss:?|"
    r"(?:baca|simak|lihat|tonton)(?: (?:juga|pula))? ?[:;].{0,200}|(?:baca|simak) juga\b.{0,160}"
    r"|(?:berita|artikel) ini (?:telah |sudah )?(?:di)?(?:baca|lihat).{0,40}"
    r"|(?:telah |sudah )?(?:di(?:baca|lihat|kunjungi|akses|download|unduh)|views?|hits?|dilihat|viewed|pembaca|read"
    r"|visits?)"
    r"\s*:?\s*[\d.,]+\s*(?:x|kali|kl|orang|pengunjung|pembaca|views?|times?|hits?)?(?: dibaca)?"
    r"|[\d.,]+\s*(?:x|kali)?\s*(?:di)?(?:baca|lihat|views?|pembaca|hits?|pengunjung|kali dilihat|kali dibaca"
    r"|shares?|likes?|comments?"
    r"|komentar|tayangan|reads?|mins? read|min(?:ute)?s? read|menit (?:baca|membaca|dibaca))"
    r"|(?:\d+ )?(?:shares?|bagikan|share|tweet|facebook|twitter|whatsapp|telegram|line|pin it|email|e-mail|print"
    r"|cetak|pinterest"
    r"|linkedin|copy link|salin (?:link|tautan)|like|suka|x|instagram|kirim|simpan|save|listen|dengarkan|unduh pdf"
    r"|pdf|kembali|back"
    r"|selengkapnya|read more|baca selengkapnya|continue reading.{0,80}|next|previous|prev|selanjutnya|sebelumnya"
    r"|advertisement"
    r"|loading\W*|memuat\W*|close|tutup|a[-+]?|image|photo|video|subscribe|menu|home|beranda)[: .»›>…]*"
    r"|(?:klik|click) (?:di ?sini|here|untuk (?:share|membagikan|berbagi|mencetak|mengirim)|to (?:share|print|email"
    r"|expand)).{0,80}"
    r"|(?:tags?|tagar|label|topik|topics?|kata kunci|keywords?|filed under|posted in|kategori|category"
    r"|categories) ?:.{0,300}"
    r"|(?:ikuti|follow) .{0,40}(?:google news|whatsapp channel|saluran|channel whatsapp|telegram|facebook|twitter"
    r"|instagram).{0,120}"
    r"|(?:the )?(?:post|artikel) .{3,200} (?:appeared first on|first appeared on|pertama kali tampil (?:pada"
    r"|di)) .{2,100}"
    r"|(?:hak cipta|copyright|©|\(c\)) .{0,120}|all rights reserved.{0,80}|please enable javascript.{0,120}",
    re.IGNORECASE,
)
"""Whole lines inside a body that are none of it."""

STOP_IMAGE = re.compile(
    r"(?:(?:img|gambar|judul|title|head(?:er)?|icon|ico|btn|bg)[-_ ])?(?:berita|artikel|post|news)?[-_ ]?"
    r"(?:terkait|related|lainnya|komentar|comments?|baca[-_ ]?juga)[-_ ]?\d*",
    re.IGNORECASE,
)
"""File name (without its ending) or alt text of a picture that stands where a heading would: ``berita_terkait.png``."""

Verdict = Literal["drop", "weak", "plain", "good"]

_DROP = listed(
    "related relatedposts relatedpost relatednews terkait lainnya baca bacajuga share sharing shares sharebar"
    " sharer addtoany addthis"
    " sharedaddy jetpack sosmed social socials socialmedia socialshare comment comments komentar disqus respond"
    " commentlist fbcomments"
    " sidebar sidebars breadcrumb breadcrumbs newsletter subscribe subscription signup promo promos"
    " promotion advert"
    " advertisement advertising ads ad adsense adslot iklan sponsor sponsored banner outbrain taboola trending"
    " popular populer"
    " recommended recommend recommendation recommendations pagination pager paging postnav cookie cookies gdpr"
    " consent popup modal"
    " overlay lightbox offcanvas nav navbar navigation navi menu submenu dropdown toolbar masthead footer topbar"
    " bottombar copyright"
    " crp jp rating ratings votes vote reactions emoji authorbox skip hidden screenreader"
    " visuallyhidden livechat chat"
    " print printonly noprint donotprint counter hitcounter statistik pengunjung kunjungan prevnext teaser teasers"
    " carousel slick"
    " marquee ticker newsticker login loginform searchform mostread upnext readnext nextarticle morestories toc"
    " tooltip fblike fb"
    " twitterfeed instagramfeed polling poll agenda quicklinks backtotop scrolltop disclaimer subscribebox donate"
    " donation correction"
)
_WEAK = listed(
    "widget widgets header head top bottom meta info byline author authors bio tag tags tagcloud label labels"
    " category categories"
    " kategori cat"
    " aside more next prev previous latest recent terbaru list listing links link feed rail tools tool action"
    " actions button btn"
    " icon icons follow profile account user search form contact kontak logo brand gallery galeri slider thumb"
    " thumbnail thumbs card"
    " cards item items grid archive loop date time caption credit right left secondary tertiary complementary"
    " external partner"
    " partners sticky float video player embed audio inline"
)
_GOOD = listed(
    "article articlebody articlecontent articletext body content contents entry entrycontent entrybody post"
    " postcontent postbody"
    " posttext story storybody storycontent text maincontent main isi isiberita konten berita detail detailberita"
    " artikel news single"
    " singlepost hentry hnews richtext rte wysiwyg prose page description deskripsi paragraph read copy"
)
_PHRASE = re.compile(
    r"(?:^|[^a-z])(?:widget[-_](?:area|title|recent|categories|archive|tag|calendar|social)|onetrust|related"
    r"|read-?more|see-?also|also-?(?:read|like)|share|social|most-?(?:read|popular|viewed)"
    r"|up-?next|you-?may"
    r"|post-?nav|nav-?links|author-?(?:box|bio|info|card)|about-?author|newsletter|sign-?up|side-?bar"
    r"|site-?(?:header|footer|nav)"
    r"|berita-?(?:terkait|lain|terbaru|populer)|artikel-?(?:terkait|lain)|comment|breadcrumb|cookie|sponsor|promo"
    r"|recirc|taboola)",
)
_PARTED = re.compile(r"[^a-z0-9]+")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


_CONSENT = re.compile(r"onetrust|cookie|consent|gdpr", re.IGNORECASE)


def asks_consent(names: str) -> bool:
    """Whether an element is the dialogue about cookies, which may be longer than the article."""
    return _CONSENT.search(names) is not None


_ON_SOME_SCREENS = re.compile(r"(?:^|(?<=\s))(?:hidden|hide)-(?:xs|sm|md|lg|xl|print|for-\w+)(?=\s|$)")
"""Bootstrap's and Foundation's classes for what only small or large screens leave out."""


@lru_cache(maxsize=16384)
def verdict_on(names: str) -> Verdict:
    """What the class and id of an element promise about the text in it."""
    names = _ON_SOME_SCREENS.sub(" ", names)
    # Names made by machines ("hJpRRP") hold short words by chance: inside a name only longer ones count.
    tokens = {token.lower() for token in _TOKEN.findall(names) if len(token) >= 4}
    tokens |= set(_PARTED.split(names.lower())) | set(names.lower().split())
    if tokens & _DROP or _PHRASE.search(names.lower()):
        # "post-content-with-sidebar" names the layout, not the box.
        return "weak" if tokens & {"with", "has", "no", "without"} else "drop"
    if tokens & _GOOD:
        return "good"
    return "weak" if tokens & _WEAK else "plain"


def is_stop_heading(line: str) -> bool:
    """Whether a short line is a heading after which other things than the article follow."""
    return len(line) <= 120 and STOP_HEADING.fullmatch(line.strip(" :.»›>-–—…|•▸►*")) is not None


def is_noise(line: str) -> bool:
    """Whether a whole line belongs to the frame of the page: counters, share words, pointers to other articles."""
    return len(line) <= 320 and NOISE_LINE.fullmatch(line.strip(" »›>-–—|•▸►*")) is not None
