"""The registry of governments: made from a table, whole, honest, quick to look through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.sources import Source, SourceInvalid, load_sources
from crawler.sources.choose import counted, select_sources, source_at
from crawler.sources.identity import is_article
from crawler.sources.load import PACKAGED, Sources
from crawler.sources.platforms import platform_names, template
from crawler.sources.registry import RegistryInvalid, write_definitions
from crawler.sources.registry.files import MARK

HEAD = "code\tlevel\tname\tprovince\tdomain\tsource\tiso_3166_2\ttz\tbps_code_2020\talt_domains\n"
ROWS = (
    "32\tprovinsi\tJawa Barat\tJawa Barat\tjabarprov.go.id\tlist\tID-JB\tWIB\t\t\n"
    "35.10\tkabupaten\tKabupaten Banyuwangi\tJawa Timur\tbanyuwangikab.go.id\tlist\tID-JI\tWIB\t3510\t\n"
    "32.76\tkota\tKota Depok\tJawa Barat\tdepok.go.id\tlist\tID-JB\tWIB\t3276\t\n"
    "72.01\tkabupaten\tKabupaten Banggai\tSulawesi Tengah\tbanggaikab.go.id\tlist\tID-ST\tWITA\t7202\t\n"
    "72.07\tkabupaten\tKabupaten Banggai Kepulauan\tSulawesi Tengah\tbanggaikab.go.id\tlist\tID-ST\tWITA\t7201\t\n"
    "73.71\tkota\tKota Makassar\tSulawesi Selatan\tmakassarkota.go.id\tlist\tID-SN\tWITA\t7371\tmakassar.go.id\n"
)


def table(folder: Path, rows: str = ROWS) -> Path:
    path = folder / "governments.tsv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def everything() -> dict[str, Source]:
    return load_sources()


def test_all_552_governments_are_there_with_their_codes(everything: dict[str, Source]) -> None:
    """38 provinces, 416 regencies, 98 cities; each code once, as text, with the province it lies in."""
    governments = [one for one in everything.values() if one.level in ("province", "regency", "city")]
    assert Counter(one.level for one in governments) == {"province": 38, "regency": 416, "city": 98}
    assert len({one.region_code for one in governments}) == 552
    codes = {one.province_code for one in governments if one.level == "province"}
    assert len(codes) == 38
    assert all(one.province_code in codes and one.region_code for one in governments)
    assert everything["depok"].region_code == "32.76"
    assert Counter(one.timezone for one in governments) == {"WIB": 319, "WITA": 162, "WIT": 71}


def test_no_two_governments_share_a_host(everything: dict[str, Source]) -> None:
    """An article belongs to one government."""
    hosts = Counter(host for one in everything.values() for host in {h.removeprefix("www.") for h in one.hosts})
    assert [host for host, count in hosts.items() if count > 1] == []


def test_a_host_that_nobody_has_seen_is_not_crawled(everything: dict[str, Source]) -> None:
    """What was guessed is said and switched off."""
    assert {one.id for one in everything.values() if not one.enabled} == {"mamberamorayakab", "banggaikepulauankab"}
    assert {one.status for one in everything.values()} == {"untried"}


def test_files_of_the_registry_are_short_and_need_no_python() -> None:
    """Under 15 lines each; codes stand in quotes."""
    made = [path for path in PACKAGED.rglob("*.toml") if path.read_text(encoding="utf-8").startswith(MARK)]
    assert len(made) == 550
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in made) < 15


def test_rows_become_files_and_what_a_person_made_stays(tmp_path: Path) -> None:
    """Aliases follow the host, a shared domain goes to the one it is named after, other files are not touched."""
    folder = tmp_path / "id"
    mine = folder / "jawa-timur" / "banyuwangikab.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text((PACKAGED / "jawa-timur" / "banyuwangikab.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "old.toml").write_text(MARK, encoding="utf-8")
    before = mine.read_bytes()
    written = write_definitions(table(tmp_path), folder)
    assert (len(written.made), written.kept) == (5, ("35.10",))
    assert mine.read_bytes() == before
    assert not (folder / "old.toml").exists()
    found = load_sources(folder, packaged=False)
    assert found["makassarkota"].hosts == ("makassarkota.go.id", "makassar.go.id")
    assert found["depok"].hosts == ("berita.depok.go.id",)
    assert (found["banggaikab"].enabled, found["banggaikepulauankab"].enabled) == (True, False)
    assert found["jabarprov"].name == "Pemerintah Provinsi Jawa Barat"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("35.1\tkabupaten\tX\tJ\tx.go.id\tl\tID-JI\tWIB\t3510\t\n", ":2: no government: '35.1'"),
        ("35.10\tdesa\tX\tJ\tx.go.id\tl\tID-JI\tWIB\t3510\t\n", ":2: no government"),
        ("35.10\tkabupaten\tX\tJ\t\tl\tID-JI\tWIB\t3510\t\n", ":2: no government"),
        (
            "35.10\tkabupaten\tX\tJ\tx.a.go.id\tl\tID-JI\tWIB\t3510\t\n35.11\tkabupaten\tY\tJ\tx-a.go.id\tl\tID-JI\tWIB\t3511\t\n",
            "one id for two governments: x-a",
        ),
    ],
)
def test_a_table_that_lost_its_zeros_writes_nothing(tmp_path: Path, rows: str, said: str) -> None:
    """A code that went through a spreadsheet as a number is refused, with its line."""
    with pytest.raises(RegistryInvalid, match=said):
        write_definitions(table(tmp_path, rows), tmp_path / "id")
    assert not (tmp_path / "id").exists()


def test_a_table_without_its_columns_is_named(tmp_path: Path) -> None:
    """The wrong file is told by what it lacks."""
    path = tmp_path / "x.tsv"
    path.write_text("code\tname\n", encoding="utf-8")
    with pytest.raises(RegistryInvalid, match=r"no column .*domain"):
        write_definitions(path, tmp_path / "id")


# --- choosing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["ID-JB", "jb", "32", "Jawa Barat", "barat, jawa"])
def test_a_province_goes_by_any_of_its_names(everything: dict[str, Source], word: str) -> None:
    """Code of either kind or name; a word that means none finds none."""
    found = select_sources(everything, province=word, level="city")
    assert len(found) == (0 if "," in word else 9)


def test_filters_are_all_held_at_once(everything: dict[str, Source]) -> None:
    """Platform and status narrow down further, and the count says what is there."""
    wordpress = select_sources(everything, platform="wordpress")
    assert {"kendarikota", "serdangbedagaikab"} <= {one.id for one in wordpress}
    assert {one.id for one in select_sources(everything, status="off")} == {"mamberamorayakab", "banggaikepulauankab"}
    assert counted(everything.values()) == "553 sources: 2 off, 551 untried"


def test_the_command_filters_and_prints_json() -> None:
    """One line of JSON for each source that fits."""
    words = [sys.executable, "-m", "crawler.cli", "sources", "list", "--province", "ID-YO", "--level", "city", "--json"]
    got = subprocess.run(words, capture_output=True, text=True, check=True)
    (one,) = map(json.loads, got.stdout.splitlines())
    assert (one["id"], one["region_code"], one["hosts"]) == ("jogjakota", "34.71", ["warta.jogjakota.go.id"])


def test_a_host_leads_to_its_source(everything: dict[str, Source]) -> None:
    """With www or without, by an alias too; a host of nobody leads nowhere."""
    ids = [one and one.id for one in (source_at(everything, host) for host in ("www.Makassar.go.id", "x.example"))]
    assert ids == ["makassarkota", None]


def test_the_site_of_a_listed_government_is_not_added_twice() -> None:
    """The command says which source it is before anything is asked."""
    got = CliRunner().invoke(main, ["sources", "add", "https://makassar.go.id", "--id", "lain"])
    assert (got.exit_code, "sources probe makassarkota" in got.output) == (2, True)


# --- one of many -------------------------------------------------------------------------------------------


def test_naming_a_source_reads_no_other_file(tmp_path: Path) -> None:
    """A broken neighbour is no hindrance, and is told when all are asked for."""
    (tmp_path / "rusak.toml").write_text("id = [", encoding="utf-8")
    sources = Sources(tmp_path)
    assert sources["depok"].id == "depok"
    assert "rusak" in sources
    with pytest.raises(SourceInvalid, match=r"rusak\.toml: not TOML"):
        sources["rusak"]
    with pytest.raises(SourceInvalid, match=r"rusak\.toml: not TOML"):
        sources.all()


def test_a_definition_of_ones_own_goes_before_the_packaged_one(tmp_path: Path) -> None:
    """What a probe wrote is what is crawled, and the replacement is said."""
    text = (PACKAGED / "jawa-barat" / "depok.toml").read_text(encoding="utf-8")
    (tmp_path / "depok.toml").write_text(text.replace("untried", "working"), encoding="utf-8")
    sources = Sources(tmp_path)
    assert sources["depok"].status == "working"
    assert (sources.replaced, sources.path("depok")) == (("depok",), tmp_path / "depok.toml")


# --- platforms ---------------------------------------------------------------------------------------------

ADDRESSES = {
    "wordpress": ["/2026/01/31/panen-raya/", "/berita/panen-raya/", "/?p=12"],
    "lokomedia": ["/berita-panen-raya.html", "/berita12-1-panen-raya.html", "/baca-berita-12-panen.html"],
    "phpmu": ["/berita/detail/panen-raya"],
    "popojicms": ["/detailpost/panen-raya"],
    "opensid": ["/artikel/2026/1/31/panen-raya", "/first/artikel/12-panen", "/index.php/artikel/2026/1/31/panen"],
    "laravel": ["/post/show/12", "/berita/panen-raya", "/berita/12/panen-raya", "/news/12/panen"],
    "codeigniter": ["/berita/detail/12/panen-raya", "/berita/detil/12/3", "/web/detailberita/12/panen", "/entry/a-b"],
    "generic": ["/berita/panen-raya", "/berita/12/panen", "/2026/01/31/panen-raya", "/informasi/detail/berita/12_panen",
                "/berita-daerah/panen.html", "/post/panen-raya"],
}  # fmt: skip
NONE = ["/", "/profil/visi-misi.pdf", "/kontak", "/berita", "/berita/kategori", "/feed/", "/category/berita-kota/"]


@pytest.mark.parametrize("name", platform_names())
def test_a_source_of_a_platform_needs_no_more_than_its_name(name: str, tmp_path: Path) -> None:
    """Nine lines make a source that knows its articles and where they are listed."""
    path = tmp_path / "contohkab.toml"
    path.write_text(
        f'id = "contohkab"\nname = "Contoh"\nlevel = "regency"\ntimezone = "WIB"\n'
        f'hosts = ["contohkab.go.id"]\nplatform = "{name}"\n',
        encoding="utf-8",
    )
    source = Sources(tmp_path, packaged=False)["contohkab"]
    assert [a for a in ADDRESSES[name] if not is_article(source.base_url + a, source)] == []
    assert [a for a in NONE if is_article(source.base_url + a, source)] == []
    assert len(source.discovery) == len(template(name)["discovery"])


def test_what_a_source_says_itself_goes_before_its_platform(tmp_path: Path) -> None:
    """Patterns of its own leave those of the platform aside, both lists of them."""
    path = tmp_path / "contohkab.toml"
    path.write_text(
        'id = "contohkab"\nname = "Contoh"\nlevel = "regency"\ntimezone = "WIB"\nhosts = ["contohkab.go.id"]\n'
        "platform = \"wordpress\"\narticle = ['^/wp-berita/']\n",
        encoding="utf-8",
    )
    source = Sources(tmp_path, packaged=False)["contohkab"]
    assert (source.article, source.not_article) == (("^/wp-berita/",), ())
    assert [how.kind for how in source.discovery] == ["rest", "feed"]
