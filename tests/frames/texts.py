"""News that never happened, as many as wanted: the same number always gives the same article."""

# ruff: noqa: E501 - markup and sentences have long lines

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WHO = (
    "Bupati", "Wakil Bupati", "Sekretaris Daerah", "Kepala Dinas Pertanian", "Camat", "Kepala Bappeda", "Ketua TP PKK",
    "Kepala Dinas Kesehatan", "Asisten Pemerintahan", "Kepala Dinas Pendidikan", "Kapolres", "Kepala BPBD",
)  # fmt: skip
_DID = (
    "membuka", "meninjau", "meresmikan", "menghadiri", "menyerahkan bantuan pada", "memimpin rapat persiapan",
    "menutup", "mengevaluasi", "menerima laporan hasil", "memantau pelaksanaan",
)  # fmt: skip
_WHAT = (
    "pelatihan pengolahan kopi", "vaksinasi ternak", "festival budaya pesisir", "pembangunan jembatan gantung",
    "lomba desa tingkat kabupaten", "posyandu remaja", "panen raya jagung", "musyawarah perencanaan pembangunan",
    "bimbingan teknis perangkat desa", "pasar murah", "gerakan tanam cabai", "simulasi tanggap bencana",
    "perbaikan saluran irigasi", "sosialisasi stunting", "pameran kerajinan", "penyaluran beras cadangan pangan",
)  # fmt: skip
_WHERE = (
    "Desa Sukamaju", "Kecamatan Wanasari", "Balai Kota", "Pendopo Kabupaten", "Kelurahan Tirtomulyo", "Aula Setda",
    "Lapangan Merdeka", "Desa Karangrejo", "Kampung Nelayan", "Gedung Serbaguna", "Pasar Induk", "SMK Negeri 2",
)  # fmt: skip
_SAID = (
    "Kegiatan ini merupakan bagian dari upaya pemerintah daerah meningkatkan kesejahteraan warga, khususnya di wilayah yang jauh dari pusat kota.",
    "Ia berharap seluruh peserta dapat menerapkan ilmu yang diperoleh dan menularkannya kepada warga di lingkungan masing-masing.",
    "“Kita tidak bisa bekerja sendiri, semua pihak harus bergandengan tangan,” ujarnya di hadapan para undangan yang hadir.",
    "Menurutnya, anggaran sebesar Rp {n},5 miliar telah disiapkan melalui APBD perubahan untuk {m} kelompok penerima manfaat.",
    "Data dinas mencatat sebanyak {n}.{m} orang terlibat, naik {k} persen dibanding tahun sebelumnya.",
    "Sementara itu, tokoh masyarakat {where} menyambut baik langkah tersebut dan siap mendukung sampai tuntas.",
    "Turut hadir dalam acara itu unsur Forkopimda, para kepala perangkat daerah, camat, serta {m} kepala desa.",
    "Pelaksanaan tahap kedua dijadwalkan berlangsung bulan depan di {where} dengan melibatkan {k} tenaga pendamping.",
    "Ditambahkannya, evaluasi akan dilakukan setiap triwulan agar {what} benar-benar memberi dampak bagi warga.",
    "“Hasilnya sudah mulai terlihat, tinggal kita jaga bersama,” kata {who} {name} saat ditemui di {where}, siang tadi.",
)
_NAMES = ("Sutrisno", "Rahmawati", "Yusuf Hamdani", "Dewi Lestari", "Bambang W", "Nurhayati", "I Made Arta", "Marlina")


@dataclass(frozen=True, slots=True)
class News:
    """One article as its writer meant it."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    day: date

    @property
    def slug(self) -> str:
        """The title as an address has it."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())

    @property
    def printed(self) -> str:
        """``Selasa, 27 Maret 2018``."""
        return f"{DAYS[self.day.weekday()]}, {self.day.day} {MONTHS[self.day.month - 1]} {self.day.year}"


def news(number: int) -> News:
    """One article; of each eight one is a single short paragraph."""
    chance = random.Random(f"news {number}")
    who, did, what, where = (chance.choice(words) for words in (_WHO, _DID, _WHAT, _WHERE))
    title = f"{who} {did.title()} {what.title()} di {where}"
    title = title.upper() if chance.random() < 0.33 else title
    day = date(2019, 1, 5) + timedelta(days=chance.randrange(1900))
    lead = (
        f"{who} {chance.choice(_NAMES)} {did} {what} di {where}, {DAYS[day.weekday()]} ({day.day}/{day.month})."
        f" Acara ke-{number + 11} itu diikuti {chance.randint(20, 900)} orang dari berbagai kalangan."
    )
    count = 0 if number % 8 == 5 else chance.randint(3, 8)
    return News(number, title, (lead, *(_sentence(chance) for _ in range(count))), day)


def _sentence(chance: random.Random) -> str:
    parts = chance.sample(_SAID, k=chance.randint(1, 3))
    fill = {"n": chance.randint(2, 98), "m": chance.randint(11, 199), "k": chance.randint(3, 60)}
    words = {"where": chance.choice(_WHERE), "what": chance.choice(_WHAT), "who": chance.choice(_WHO)}
    return " ".join(part.format(**fill, **words, name=chance.choice(_NAMES)) for part in parts)
