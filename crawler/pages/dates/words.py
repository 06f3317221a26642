"""The vocabulary of printed dates: months, weekdays, zones, and the folding that makes them comparable.

Words only; how they follow one another is in ``grammar``. Indonesian and English stand side by side because one page
mixes them (Laravel portals of OKU and Murung Raya print ``d M Y`` in English on Indonesian pages).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MONTHS: Final = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "mrt": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7,
    "agu": 8, "agt": 8, "ags": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
"""Number of a month by the first three letters of its name."""

# Nopember and Pebruari are the older spelling and still common; Febuari and Agutus are slips seen in bodies of one
# regency (5 of 7,610). Slips that nobody has seen are not listed: a word that is not here is no month.
_ELSEWHERE: Final = {
    1: "januar januari janner janvier janv enero ene gennaio janeiro ocak stycznia января",
    2: "februar februari feber fevrier fevr febrero febbraio fevereiro subat lutego февраля",
    3: "marz marts mars maart marzo marco mart mac marca марта",
    4: "avril avr abril aprile nisan kwietnia апреля",
    5: "mai maj mayo maggio maio mayis maja мая",
    6: "juin junio giugno junho haziran czerwca июня",
    7: "juillet juil julio luglio julho julai temmuz lipca июля",
    8: "aout augusti augustus ago agosto agustos ogos sierpnia августа",
    9: "septembre septiembre setiembre settembre setembro eylul wrzesnia сентября",
    10: "octobre octubre ottobre outubro ekim pazdziernika октября",
    11: "novembre noviembre novembro kasim listopada ноября",
    12: "dezember dez decembre decembre diciembre dicembre dezembro desember disember aralik grudnia декабря",
}
"""Months of other languages, accents folded away: publishers elsewhere, and Malay beside Indonesian."""

_NUMBER: Final = {name: month for month, names in _ELSEWHERE.items() for name in names.split()}


def month_number(name: str) -> int | None:
    """The number of a month by its folded name; None for what is none."""
    return _NUMBER.get(name) or MONTHS.get(name[:3])


MONTH: Final = (
    "(?:jan(?:uari|uary)?|feb(?:ruari|ruary|uari|uary)?|peb(?:ruari|uari)?|mar(?:et|ch)?|mrt|apr(?:il)?|mei|may"
    "|jun[ie]?|jul[iy]?|agu(?:stus|tus|st|s)?|agst|ag[st]|aug(?:ust)?|sep(?:tember|t)?|o[kc]t(?:ober)?"
    f"|no[vp](?:ember)?|de[sc](?:ember)?|{'|'.join(_NUMBER)})(?![a-zа-я])"
)
"""Pattern of a month's name, in folded text."""

WEEKDAYS: Final = {
    "sen": 0, "sel": 1, "rab": 2, "kam": 3, "jum": 4, "sab": 5, "min": 6, "aha": 6,
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
"""Weekday by the first three letters of its name, Monday = 0."""

# Jum'at is a third of all Fridays (252 of 753); \\' is what old PHP leaves of it, and some programs print a comma
# or a blank instead.
WEEKDAY: Final = (
    r"(?:senin|selasa|rabu|kamis|jum[\\', ]{0,2}at|sabtu|minggu|ahad"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|sen|sel|rab|kam|jum|sab|min|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)"
)
"""Pattern of a weekday's name, in folded text."""

PASARAN: Final = "(?:legi|pahing|paing|pon|wage|kliwon)"
"""Days of the Javanese five-day week, printed after the weekday (``Senin Legi``)."""

DAYPARTS: Final = {
    "dini hari": range(5), "pagi": range(12), "siang": range(10, 16),
    "sore": range(15, 19), "petang": range(15, 20), "malam": range(18, 24),
}  # fmt: skip
"""Hours that the words for parts of a day may mean; ``7.30 malam`` is 19:30."""

ZONES: Final = {"wib": timedelta(hours=7), "wita": timedelta(hours=8), "wit": timedelta(hours=9)}
"""Offsets of the Indonesian zones by the word printed; none of them has daylight saving time."""

_FOLDS: Final = str.maketrans(
    {
        **{chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)},
        **dict.fromkeys("’‘`´′ʼ‛＇ʹˈ“”", "'"),
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict(
            zip(
                "äáàâãéèêëíîïóôöúùûüçñşğıłśźÄÁÀÂÃÉÈÊËÍÎÏÓÔÖÚÙÛÜÇÑŞĞŁŚŹ",
                "aaaaaeeeeiiiooouuuucnsgilsz" + "aaaaaeeeeiiiooouuuucnsglsz",
                strict=True,
            )
        ),
        **{chr(code): chr(code + 32) for code in range(ord("А"), ord("Я") + 1)},
        # Characters without width, which pasted office text is full of.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", " "),
    }
)


def collapse(text: str) -> str:
    """The text with each run of white space (no-break blanks and line ends too) as one blank."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """The text in lower case with one kind of apostrophe and dash; as long as before, so that places stay the same."""
    # str.lower would lengthen a few letters (İ), so beyond ASCII only A to Z are folded.
    return text.lower().replace("`", "'") if text.isascii() else text.translate(_FOLDS)
