"""Article bodies as HTML, with the accidents that editors and their word processors leave behind.

An accident ("quirk") changes markup and white space and never a word, so that the clean text stays what the content
files say. Those seen most on government pages: ``nbsp``, ``double-blank``, ``empty-p``, ``spans`` (font spans),
``justify``, ``word`` (office markup), ``wa`` (class soup pasted from a messenger), ``br`` (line breaks instead of
paragraphs), ``shy`` (soft hyphens and zero-width blanks), ``strong-lead``, ``repeat-title``.
"""

from __future__ import annotations

from html import escape

from .articles import PROSE, Article, Block

_WORD_STYLE = "margin-bottom:.0001pt;text-align:justify;line-height:150%"
_WORD_FONT = "font-size:12.0pt;line-height:150%;font-family:&quot;Times New Roman&quot;,serif"
_SOUP = "x11i5rnm xat24cr x1mh8g0r x1vvkbs xtlvy1s x126k92a"


def picture_path(key: str, *, inside: bool = False) -> str:
    """Address of an article's leading picture, or of the one inside its body."""
    return f"/media/berita/{key}{'-isi' if inside else ''}.png"


def document_path(key: str) -> str:
    """Address of an article's attached document."""
    return f"/media/dokumen/{key}.pdf"


def body_html(article: Article, visit: int) -> str:
    """The body as it stands in the page, one element on a line."""
    blocks = article.body(visit)
    out: list[str] = []
    if "repeat-title" in article.quirks:
        out.append(f"<p><strong>{escape(article.title, quote=False)}</strong></p>")
    last_prose = max((n for n, block in enumerate(blocks) if block.kind in PROSE), default=-1)
    for number, block in enumerate(blocks):
        lead = _lead(article) if number == 0 else ""
        credit = article.credit if number == last_prose else None
        out.extend(_block(article, block, lead, credit))
        if "empty-p" in article.quirks and number % 2 == 1:
            out.append("<p>&nbsp;</p>")
    return "\n".join(_joined_by_breaks(out) if "br" in article.quirks else out)


def _lead(article: Article) -> str:
    if article.place is None:
        return ""
    place, rest = escape(article.place, quote=False), escape(article.lead_rest, quote=False)
    return f"<strong>{place}</strong>{rest}" if "strong-lead" in article.quirks else f"{place}{rest}"


def _block(article: Article, block: Block, lead: str, credit: str | None) -> list[str]:
    """One block as elements; an end mark joins the last paragraph or stands on a line of its own."""
    if block.kind != "p":
        made = [_special(article, block)]
        return [*made, _paragraph(article, escape(credit))] if credit else made
    inner = lead + untidy(block.text, article.quirks)
    if credit and "empty-p" not in article.quirks:
        mark = escape(credit)
        return [_paragraph(article, f"{inner} {f'<em>{mark}</em>' if 'spans' in article.quirks else mark}")]
    made = [_paragraph(article, inner)]
    return [*made, _paragraph(article, escape(credit))] if credit else made


def _paragraph(article: Article, inner: str) -> str:
    quirks = article.quirks
    if "word" in quirks:
        span = f'<span lang="IN" style="{_WORD_FONT}">{inner}<o:p></o:p></span>'
        return f'<p class="MsoNormal" style="{_WORD_STYLE}">{span}</p>'
    if "wa" in quirks:
        return f'<div class="{_SOUP}"><div dir="auto" style="text-align: start;">{inner}</div></div>'
    if "spans" in quirks:
        font = "font-family: 'Times New Roman', serif; font-size: 12pt;"
        return f'<p><span style="{font}">{inner}</span></p>'
    if "justify" in quirks:
        return f'<p style="text-align: justify;">{inner}</p>'
    return f"<p>{inner}</p>"


def _special(article: Article, block: Block) -> str:
    text = untidy(block.text, article.quirks)
    if block.kind in ("ul", "ol"):
        items = "".join(f"<li>{escape(item, quote=False)}</li>\n" for (item,) in block.rows)
        return f"<{block.kind}>\n{items}</{block.kind}>"
    if block.kind == "table":
        return _table(block.rows)
    if block.kind == "img":
        source = picture_path(article.key, inside=True)
        caption = f"<figcaption>{text}</figcaption>"
        return f'<figure class="image"><img src="{source}" width="400" height="240" alt="">{caption}</figure>'
    if block.kind == "h":
        return f"<h3>{text}</h3>"
    if block.kind == "quote":
        return f"<blockquote><p>{text}</p></blockquote>"
    if block.kind == "caption":
        return f'<p style="text-align: center;"><span style="font-size: 10pt;">{text}</span></p>'
    return f"<p>{text}</p>"


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    """A table as the CMS editor makes it: sizes in attributes, heading cells in bold rather than ``th``."""
    lines = []
    for number, row in enumerate(rows):
        cells = [f"<strong>{escape(cell)}</strong>" if number == 0 else escape(cell) for cell in row]
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    body = "\n".join(lines)
    return f'<table border="1" cellpadding="4" cellspacing="0" style="width:100%">\n<tbody>\n{body}\n</tbody>\n</table>'


def _joined_by_breaks(elements: list[str]) -> list[str]:
    """Paragraphs as one ``p`` with line breaks, the way texts pasted from a messenger arrive."""
    inner = [element.removeprefix("<p>").removesuffix("</p>") for element in elements]
    return ["<p>" + "<br />\n<br />\n".join(inner) + "</p>"]


def untidy(text: str, quirks: frozenset[str]) -> str:
    """Escaped text with the white space accidents in ``quirks``, always at the same places."""
    out: list[str] = []
    for number, word in enumerate(text.split(" ")):
        if number:
            out.append(_blank(number, quirks))
        out.append(escape(_hyphenated(word, number) if "shy" in quirks else word, quote=False))
    return "".join(out)


def _blank(number: int, quirks: frozenset[str]) -> str:
    if "nbsp" in quirks and number % 9 == 4:
        return "&nbsp; " if number % 2 else "&nbsp;"
    if "double-blank" in quirks and number % 11 == 5:
        return "  "
    return " "


def _hyphenated(word: str, number: int) -> str:
    """Soft hyphen in the middle of a long word, zero-width blank before every seventh."""
    if len(word) > 9 and word.isalpha():
        word = f"{word[:5]}\u00ad{word[5:]}"
    return f"\u200b{word}" if number % 7 == 3 else word
