"""Datelines, end marks, credit lines, dates near the title: as the field prints them."""

# ruff: noqa: E501 - lists of what is printed

from __future__ import annotations

import pytest

from crawler.pages.blocks import Picture
from crawler.pages.clean import clean
from crawler.pages.credits import read_byline, read_credit_lines, read_hashtags, read_mark, split_names, writers
from crawler.pages.dateline import read_dateline, read_own_paragraph
from crawler.pages.letters import plain, unescape_twice, unescaped
from crawler.pages.words import is_noise, is_stop_heading, verdict_on

REST = "bupati membuka musyawarah desa di balai pertemuan, kemarin."


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        ("BANYUWANGI – ", "BANYUWANGI"),
        ("Batang – ", "Batang"),
        ("SAMARINDA – ", "SAMARINDA"),
        ("PURBALINGGA, INFO – ", "PURBALINGGA"),
        ("Gerung, Diskominfotik - ", "Gerung"),
        ("MANDAU, PROKOPIM – ", "MANDAU"),
        ("DAMAI, PROKOPIM - ", "DAMAI"),
        ("MUARASABAK- ", "MUARASABAK"),
        ("Kedungkandang, MC – ", "Kedungkandang"),
        ("Malang, (malangkota.go.id) – ", "Malang"),
        ("Tubankab - ", "Tubankab"),
        ("BERITAMAGELANG.ID - ", None),
        ("berita.depok.go.id - berita.depok.go.id - ", None),
        ("PROKOPIM – ", None),
        ("Kota Malang – ", "Kota Malang"),
        ("TANJUNG SELOR -- ", "TANJUNG SELOR"),
        ("BANYUWANGI (27/3) – ", "BANYUWANGI"),
        ("Giri Menang-Gerung - ", "Giri Menang-Gerung"),
        ("Bau-Bau — ", "Bau-Bau"),
        ("Kebumen, Humas Setda - ", "Kebumen"),
        ("Slawi | Diskominfo – ", "Slawi"),
        ("[TIRTASARI] – ", "TIRTASARI"),
    ],
)
def test_dateline_is_cut_and_its_place_kept(printed: str, place: str | None) -> None:
    """The place alone is kept; office, host and dash go."""
    text = printed + "Ratusan warga hadir saat " + REST
    found = read_dateline(text)
    assert found is not None
    assert found.place == place
    assert text[found.length :].startswith("Ratusan warga")


@pytest.mark.parametrize(
    "text",
    [
        "Nama Kegiatan: Musyawarah Desa - tahap kedua di balai desa.",
        "Nama Kegiatan - Musyawarah Desa di balai desa.",
        "Penjelasan: kegiatan ini – seperti tahun lalu – diikuti warga.",
        "Penjelasan - kegiatan ini diikuti warga.",
        "Rata-rata hasil panen naik dibandingkan tahun lalu, kata camat.",
        "Bupati Banyuwangi - yang hadir bersama wakilnya - membuka acara.",
        "Sebanyak 200 peserta – dari empat kabupaten – mengikuti pelatihan.",
        "BAZNAS, Dinas Sosial dan TNI menyalurkan bantuan kepada warga.",
        "Warga Desa Sukamaju yang tinggal di tepi sungai memanen padi – meski banjir.",
        "Covid-19 masih ada, kata kepala dinas kesehatan di kantornya.",
        "",
        "–",
    ],
)
def test_beginnings_that_are_no_dateline_stay(text: str) -> None:
    """A dash or colon near the beginning is not enough."""
    assert read_dateline(text) is None


def test_comma_alone_parts_a_place_that_the_text_prints_again() -> None:
    """An abbreviation is never printed in small letters, the name of a place is."""
    found = read_dateline("MANGGAR, Dinas Kesehatan membuka posko.", "Posko berdiri di pasar Manggar.")
    assert found is not None
    assert (found.place, found.length) == ("MANGGAR", len("MANGGAR, "))
    assert read_dateline("MANGGAR, Dinas Kesehatan membuka posko.") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [("Giri Menang-Gerung.", "Giri Menang-Gerung"), ("BANYUWANGI –", "BANYUWANGI"), ("SLAWI", "SLAWI")],
)
def test_dateline_may_be_a_paragraph(text: str, place: str) -> None:
    """Some offices print the place on a line of its own."""
    found = read_own_paragraph(text)
    assert found is not None
    assert found.place == place


@pytest.mark.parametrize("text", ["Acara dibuka dengan doa bersama.", "Visi", "Nama Kegiatan", "Pukul 08.00."])
def test_short_paragraphs_are_no_dateline(text: str) -> None:
    """A short line is not a place."""
    assert read_own_paragraph(text) is None


@pytest.mark.parametrize(
    ("mark", "unit"),
    [
        ("(*)", None),
        ("(GADS)", None),
        ("(Diskominfotik/Tim IKP)", "Diskominfotik"),
        ("(diskominfotik/angga/dhea)", "diskominfotik"),
        ("(Disdikbud/Humas)", "Disdikbud"),
        ("(cah/may)", None),
        ("(prokopim/dhe)", "prokopim"),
        ("(prokopim)", "prokopim"),
        ("(her/sul/humasprov kaltim)", "humasprov kaltim"),
        ("(MC Batang, Jateng/Ardhy)", "MC Batang, Jateng"),
        ("(Kharisma - Regina)", None),
        ("(Tim Komunikasi Publik Dinkominfo Kota Pekalongan)", "Tim Komunikasi Publik Dinkominfo Kota Pekalongan"),
        ("(humas pemkab. Banyuwangi)", "humas pemkab. Banyuwangi"),
        ("[tin/aje]", None),
        ("***", None),
    ],
)
def test_end_mark_is_kept_as_printed(mark: str, unit: str | None) -> None:
    """The last parenthesis behind a sentence is the mark of who released the text."""
    text = f"Acara ditutup dengan doa bersama. {mark}"
    found = read_mark(text)
    assert found is not None
    assert (found.raw, found.unit) == (mark, unit)
    assert text[: len(text) - found.length] == "Acara ditutup dengan doa bersama."


@pytest.mark.parametrize(
    "text",
    [
        "Bantuan disalurkan lewat Badan Permusyawaratan Desa (BPD).",
        "Acara itu dihadiri Danramil (DM).",
        "Kegiatan berlangsung hingga Kamis (29/3).",
        "Kegiatan berlangsung hingga Kamis (29/3)",
        "Pelaku terancam pidana penjara (dan/atau denda).",
        "Produksi naik menjadi 12 ton (20%).",
        "Bantuan disalurkan lewat Badan Permusyawaratan Desa (BPD)",
        "Tanpa tanda apa pun.",
    ],
)
def test_parentheses_inside_sentences_are_no_mark(text: str) -> None:
    """An abbreviation or a date closes a sentence, it does not stand behind one."""
    assert read_mark(text) is None


def test_credit_lines_name_writers_and_sources() -> None:
    """Keys and values of one or several credits on a line."""
    assert [(line.key, line.value) for line in read_credit_lines("Penulis: Rina Wati | Editor: Joko")] == [
        ("penulis", "Rina Wati"),
        ("editor", "Joko"),
    ]
    assert writers(read_credit_lines("Penulis : Rina Wati, Joko Susilo")) == ["Rina Wati", "Joko Susilo"]
    assert read_credit_lines("Sumber: beritajambi.co")[0].value == "beritajambi.co"
    assert read_credit_lines("(Foto: Dok. Humas)")[0].key == "foto"
    assert read_credit_lines("Bupati: warga harus waspada.") == []
    assert read_credit_lines("Penulis itu membaca puisi: warga terharu.") == []


def test_names_keep_academic_titles() -> None:
    """A comma before a title does not part two people."""
    assert split_names("Rina Wati, S.Sos dan Joko Susilo") == ["Rina Wati, S.Sos", "Joko Susilo"]


def test_bylines_are_short_lines() -> None:
    """A byline names somebody and says nothing else."""
    assert read_byline("Oleh: Rina Wati") == "Rina Wati"
    assert read_byline("Diposting oleh admin pada 3 Mei 2023") == "admin"
    assert (
        read_byline("Oleh karena itu, warga diminta waspada terhadap banjir yang datang setiap tahun di desa itu.")
        is None
    )


def test_hashtags_alone_are_tags() -> None:
    """A paragraph of hashtags is read, one in a sentence is not."""
    assert read_hashtags("#TetapSemangat_Bersama #Maju") == ["TetapSemangat_Bersama", "Maju"]
    assert read_hashtags("Ikuti #Maju di kota kita") == []


@pytest.mark.parametrize(
    "line",
    ["Berita Terkait", "BERITA LAINNYA", "Berita Terkait :", "Bagikan Artikel :", "Baca Juga", "Leave a Reply", "Komentar", "3 Komentar",
     "Artikel Terkait", "Related Posts", "Tinggalkan Balasan", "Navigasi pos", "Berita Populer Lainnya", "Share this:"],
)  # fmt: skip
def test_stop_headings_are_known(line: str) -> None:
    """Headings after which other things begin."""
    assert is_stop_heading(line)


@pytest.mark.parametrize(
    "line",
    ["Dibaca 1.204 kali", "221 kali dilihat", "Dilihat 33 kali", "Baca juga: Panen Raya di Rogojampi", "dibaca: 12 pembaca", "Tags: panen, padi",
     "21 x Dibaca", "Klik untuk berbagi di Twitter (Membuka di jendela yang baru)"],
)  # fmt: skip
def test_lines_of_the_frame_are_known(line: str) -> None:
    """Counters, pointers and share words."""
    assert is_noise(line)


@pytest.mark.parametrize(
    "line",
    ["Berita terkait banjir itu disampaikan bupati di pendapa.", "Komentar bupati itu menenangkan warga.", "Dibaca bersama, puisi itu indah.",
     "Bagikan masker kepada warga, kata camat kepada perangkat desa.", "Pelatihan Membatik", "Latar Belakang"],
)  # fmt: skip
def test_sentences_are_no_headings(line: str) -> None:
    """The same words inside sentences stay."""
    assert not is_stop_heading(line)
    assert not is_noise(line)


def test_names_of_boxes_are_judged_by_words() -> None:
    """Words inside class names count, whatever joins them."""
    assert verdict_on("related-posts") == "drop"
    assert verdict_on("jp-relatedposts") == "drop"
    assert verdict_on("berita-terkait") == "drop"
    assert verdict_on("entry-content") == "good"
    assert verdict_on("content-with-sidebar") == "weak"
    assert verdict_on("kotak") == "plain"


def test_text_is_made_visible() -> None:
    """Soft hyphens, zero-width characters and hard blanks do not reach the record."""
    assert plain("  Ban\u00adyu\u200bwangi\u00a0\u00a0Kota\r\n ") == "Banyuwangi Kota"
    assert unescaped("Panen &amp;amp; Tanam") == "Panen & Tanam"
    assert unescaped("R&D Desa") == "R&D Desa"


def test_bodies_escaped_twice_become_markup() -> None:
    """PopojiCMS stores its text escaped; a text that shows one tag stays."""
    assert (
        unescape_twice("<div>&lt;p&gt;Satu&lt;/p&gt;&lt;p&gt;Dua&lt;/p&gt;</div>") == "<div><p>Satu</p><p>Dua</p></div>"
    )
    shown = "<p>Pakai elemen &lt;p&gt; di sini.</p><p>Lalu tutup.</p>"
    assert unescape_twice(shown) == shown


def test_each_picture_of_a_gallery_keeps_its_own_caption() -> None:
    """A figure of figures, as the block editor writes a gallery."""
    markup = (
        '<div><figure class="wp-block-gallery">'
        '<figure class="wp-block-image"><a href="/a"><img src="/1.jpg"></a><figcaption>Penari membuka.</figcaption></figure>'
        '<figure class="wp-block-image"><img src="/2.jpg"></figure>'
        '<figure class="wp-block-image"><img src="/3.jpg"><figcaption>Penonton pulang.</figcaption></figure>'
        "</figure></div>"
    )
    blocks = clean(markup, "https://contoh.go.id/")
    told = [(block.src.rsplit("/", 1)[1], block.caption) for block in blocks if isinstance(block, Picture)]
    assert told == [("1.jpg", "Penari membuka."), ("2.jpg", ""), ("3.jpg", "Penonton pulang.")]
