"""The same paragraphs as editors leave them: each mess changes the markup and adds what is no text, never a word."""

# ruff: noqa: E501 - markup and sentences have long lines

from __future__ import annotations

from collections.abc import Callable
from html import escape

from .texts import News, news

_WORD = 'class="MsoNormal" style="margin-bottom:.0001pt;text-align:justify;line-height:150%"'
_SOUP = "x11i5rnm xat24cr x1mh8g0r x1vvkbs xtlvy1s x126k92a"


def _paragraphs(of: News, tag: str = "p", inner: str = "{}") -> list[str]:
    return [f"<{tag}>{inner.format(escape(text, quote=False))}</{tag}>" for text in of.paragraphs]


def _plain(of: News) -> str:
    return "\n".join(_paragraphs(of))


def _breaks(of: News) -> str:
    return "<p>" + "<br><br>\n".join(escape(text, quote=False) for text in of.paragraphs) + "</p>"


def _bare(of: News) -> str:
    return "<br />&nbsp;<br />\n".join(escape(text, quote=False) for text in of.paragraphs)


def _word(of: News) -> str:
    lines = (text.replace(" ", "&nbsp; ", 1) for text in of.paragraphs)
    return "<p>&nbsp;</p>".join(
        f'<p {_WORD}><span lang="IN" style="font-size:12.0pt;font-family:&quot;Times New Roman&quot;,serif">{text}</span></p>'
        for text in lines
    )


def _chat(of: News) -> str:
    return "".join(
        f'<div class="{_SOUP}"><div dir="auto" style="text-align: start;">{escape(text, quote=False)}</div></div>'
        for text in of.paragraphs
    )


def _dated(of: News) -> str:
    first, *rest = _paragraphs(of)
    return first.replace("<p>", "<p><strong>WANASARI</strong> – ", 1) + "\n".join(rest) + "<p>(hms/dhe)</p>"


def _pointers(of: News) -> str:
    lines = _paragraphs(of)
    other = news(of.number + 500)
    pointer = f'<p><strong>Baca juga: <a href="/berita/{other.slug}">{other.title}</a></strong></p>'
    return "\n".join((lines[0], pointer, *lines[1:], "<p>Editor: Rina<br>Foto: Dok. Humas</p>"))


def _repeated(of: News) -> str:
    picture = '<p><img src="/uploads/isi.jpg" alt="foto"><br><em>Foto: Suasana kegiatan di lokasi acara</em></p>'
    tail = "<p>#KabupatenUji #BersamaMembangun</p>"
    return "\n".join((f"<p><strong>{escape(of.title)}</strong></p>", picture, *_paragraphs(of), tail))


def _shy(of: News) -> str:
    return "\n".join(_paragraphs(of)).replace("pemerintah", "peme\u00adrintah").replace(" dan ", "\u200b dan ")


BODIES: tuple[Callable[[News], str], ...] = (
    _plain, _breaks, _word, _dated, _bare, _chat, _pointers, _repeated, _shy,
)  # fmt: skip


def body(of: News, mess: int) -> str:
    """The body of an article with one of the messes."""
    return BODIES[mess % len(BODIES)](of)
