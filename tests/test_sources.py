"""Source files: what is right loads, and what is wrong is named, all of it at once."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from crawler.sources import Discovery, Politeness, Select, Source, SourceInvalid, Tls, check_file, load_sources
from crawler.sources.load import PACKAGED

RIGHT = """
id = "contohkab"
name = "Pemerintah Kabupaten Contoh"
level = "regency"
region_code = "35.10"
region_code_bps = "3510"
province_code = "ID-JI"
timezone = "WIB"
hosts = ["contohkab.go.id"]
article = ['^/berita/[^/]+$']

[[discovery]]
kind = "listing"
url = "/berita"
"""


def write(folder: Path, text: str, name: str = "contohkab.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """Faults of the right file after some replacements, without the path in front."""
    text = RIGHT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = write(folder, text)
    return [fault.removeprefix(f"{path}: ") for fault in check_file(path)]


def test_a_right_file_becomes_a_source(tmp_path: Path) -> None:
    """Codes stay texts, and what is left out has its default."""
    write(tmp_path, RIGHT)
    source = load_sources(tmp_path, packaged=False)["contohkab"]
    assert (source.region_code, source.region_code_bps, source.status) == ("35.10", "3510", "untried")
    assert source.base_url == "https://contohkab.go.id"


def test_packaged_sources_are_right_and_say_that_they_are_untried() -> None:
    """The three first governments load, each with the honest status."""
    sources = load_sources()
    assert list(sources) == sorted(sources)
    first = {"banyuwangikab", "serdangbedagaikab", "kesbang-tanjabtimkab"}
    assert first <= set(sources)
    assert {sources[name].status for name in first} == {"untried"}
    assert sources["banyuwangikab"].region_code == "35.10"


def test_own_sources_stand_beside_the_packaged_ones(tmp_path: Path) -> None:
    """A folder adds to what comes with warkat; files deeper in it count, hidden ones do not."""
    write(tmp_path, RIGHT, "id/contoh/contohkab.toml")
    write(tmp_path, "not toml", ".trash/x.toml")
    assert {"contohkab", "banyuwangikab"} <= set(load_sources(tmp_path))
    assert set(load_sources(tmp_path, packaged=False)) == {"contohkab"}


def test_two_files_for_one_id_are_a_fault_that_names_both(tmp_path: Path) -> None:
    """Nothing overrides anything in silence."""
    first = write(tmp_path, RIGHT, "a/contohkab.toml")
    second = write(tmp_path, RIGHT, "b/contohkab.toml")
    with pytest.raises(SourceInvalid) as caught:
        load_sources(tmp_path, packaged=False)
    assert caught.value.faults == [f"{second}: id: 'contohkab' is already defined in {first}"]


def test_faults_of_all_files_come_together(tmp_path: Path) -> None:
    """One broken file hides no fault of another."""
    write(tmp_path, "id = [", "satu.toml")
    write(tmp_path, RIGHT, "dua.toml")
    (tmp_path / "tiga.toml").write_bytes(b'# baik\nname = "\xff"\n')
    with pytest.raises(SourceInvalid) as caught:
        load_sources(tmp_path)
    assert sorted(caught.value.faults) == [
        f"{tmp_path}/dua.toml: id: must be the file's name 'dua', found 'contohkab'",
        f"{tmp_path}/satu.toml: not TOML: Invalid value (at end of document)",
        f"{tmp_path}/tiga.toml:2: not UTF-8: invalid start byte",
    ]


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    """A slip of the pen is found without searching."""
    path = write(tmp_path, RIGHT.replace('timezone = "WIB"', "timezone WIB"))
    assert check_file(path) == [f"{path}:8: not TOML: Expected '=' after a key in a key/value pair (column 10)"]


def test_a_missing_folder_or_file_is_a_fault(tmp_path: Path) -> None:
    """What cannot be read is said, not passed over."""
    with pytest.raises(SourceInvalid, match="no such folder"):
        load_sources(tmp_path / "tiada")
    assert check_file(tmp_path / "tiada.toml") == [f"{tmp_path}/tiada.toml: cannot be read: No such file or directory"]


def test_an_editor_s_byte_order_mark_and_line_ends_do_no_harm(tmp_path: Path) -> None:
    """Files saved on Windows load."""
    path = tmp_path / "contohkab.toml"
    path.write_bytes(b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())
    assert check_file(path) == []


def test_five_faults_of_a_file_are_five_lines(tmp_path: Path) -> None:
    """Faults of the form and faults beyond it are listed together."""
    found = faults(
        tmp_path,
        ('region_code = "35.10"', "region_code = 35.10"),
        ('timezone = "WIB"', 'timezone = "wib"\nhost = "x"'),
        ('["contohkab.go.id"]', '["https://Contohkab.go.id"]'),
        ("'^/berita/[^/]+$'", "'(berita'"),
        ('url = "/berita"', 'url = "berita"'),
    )
    assert found == [
        "region_code: must be text, in quotes, found 35.1",
        "timezone: must be WIB, WITA, WIT or a name such as 'Asia/Tokyo', found 'wib'",
        "article[0]: not a regular expression: missing ), unterminated subpattern at position 0, found '(berita'",
        "host: unknown key; did you mean 'hosts'?",
        "hosts[0]: must be a host name in lower case, with :port where it has one, found 'https://Contohkab.go.id'",
        "discovery[0].url: must be absolute (https://…) or begin with /, found 'berita'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Pemerintah Kabupaten Contoh"\n', "", "name: is missing"),
        ('name = "Pemerintah Kabupaten Contoh"', 'name = ""', "name: must have at least 1 character, found ''"),
        ('timezone = "WIB"', 'timezone = "WIB"\nenabled = "yes"', "enabled: must be a valid boolean, found 'yes'"),
        (
            'kind = "listing"',
            'kind = "listing"\nmax_page = 3',
            "discovery[0].max_page: unknown key; did you mean 'max_pages'?",
        ),
        (
            'timezone = "WIB"',
            'timezone = "WIB"\ndelay_s = 9',
            "delay_s: unknown key; 'delay_s' belongs to [politeness]",
        ),
        (
            'kind = "listing"',
            'kind = "listing"\nsoft_errors = []',
            "discovery[0].soft_errors: unknown key; 'soft_errors' belongs to the top of the file",
        ),
        (
            'url = "/berita"',
            'url = "https://lain.go.id/berita"',
            "discovery[0].url: lies on 'lain.go.id', which is none of the source's hosts",
        ),
        (
            'url = "/berita"',
            'url = "//contohkab.go.id/b"',
            "discovery[0].url: must be absolute (https://…) or begin with /",
        ),
        (
            'url = "/berita"',
            'url = "ftp://contohkab.go.id/"',
            "discovery[0].url: must be absolute (https://…) or begin with /",
        ),
        ('url = "/berita"', 'url = "/daftar berita"', "discovery[0].url: must not hold blanks or backslashes"),
        ('url = "/berita"', 'url = "/berita/semua"', "discovery[0].url: fits the article patterns"),
        (
            'url = "/berita"',
            'url = "/berita"\npage = "/berita?page=2"',
            "discovery[0].page: must hold {n} where the page's number goes, found '/berita?page=2'",
        ),
        (
            'url = "/berita"',
            'url = "/berita"\nstart = -1',
            "discovery[0].start: must be greater than or equal to 0, found -1",
        ),
        ('url = "/berita"', 'url = "/berita"\nlinks = "a[href"', "discovery[0].links: not a CSS selector: "),
        ('url = "/berita"', 'url = "/berita"\nlinks = "a:foo(b)"', "discovery[0].links: not a CSS selector: "),
        (
            'kind = "listing"',
            'kind = "feed"\nlinks = "a"',
            "discovery[0].links: only a listing has elements to select, not a feed",
        ),
        ('url = "/berita"', 'url = "/berita"\n[select]\nbody = [".isi", "p["]', "select.body[1]: not a CSS selector: "),
        (
            'url = "/berita"',
            'url = "/berita"\n[select]\ncut_after = ["css:p["]',
            "select.cut_after[0]: not a CSS selector: ",
        ),
        ('url = "/berita"', 'url = "/berita"\n[tls]\nallow = ["expired"]', "tls: tls.allow needs tls.reason"),
        (
            'url = "/berita"',
            'url = "/berita"\n[politeness]\ndelay_s = inf',
            "politeness.delay_s: must be a finite number",
        ),
        ('["contohkab.go.id"]', '["contohkab.go.id:443"]', "hosts[0]: leave out the scheme's own port"),
        ('["contohkab.go.id"]', '["contohkab.go.id:70000"]', "hosts[0]: no such port"),
        (
            '["contohkab.go.id"]',
            '["contohkab.go.id", "contohkab.go.id"]',
            "hosts[1]: 'contohkab.go.id' is listed twice",
        ),
        ('["contohkab.go.id"]', "[]", "hosts: must have at least one entry, found []"),
        (
            'region_code = "35.10"',
            'region_code = "35"',
            "region_code: the code of level 'regency' has 5 characters, found '35'",
        ),
        (
            'region_code = "35.10"',
            'region_code = "35.71"',
            "region_code: a regency's number is below 71, found '35.71'",
        ),
        (
            'region_code_bps = "3510"',
            'region_code_bps = "35"',
            "region_code_bps: the code of level 'regency' has 4 characters",
        ),
        ('level = "regency"', 'level = "city"', "region_code: a city's number is 71 or more, found '35.10'"),
    ],
)
def test_a_fault_names_key_value_and_remedy(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Whoever wrote the file sees which key is wrong and, where it can be told, what was meant."""
    found = faults(tmp_path, (old, new))
    assert any(fault.startswith(expected) for fault in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('url = "/berita"', 'url = "https://www.contohkab.go.id:443/berita"'),
        ('url = "/berita"', 'url = "/berita"\npage = "/berita/{n}/"\nstart = 0\nlinks = "a:has(> .judul)"'),
        ('url = "/berita"', 'url = "/berita"\n[select]\ncut_after = ["Baca juga [", "css:.terkait"]'),
        ('["contohkab.go.id"]', '["127.0.0.1:8080"]'),
        ('timezone = "WIB"', 'timezone = "WIB"\nchecked_on = 2026-01-31'),
        ('level = "regency"', 'level = "office"'),
        ('region_code = "35.10"\nregion_code_bps = "3510"\n', ""),
    ],
)
def test_what_is_right_is_let_through(tmp_path: Path, old: str, new: str) -> None:
    """The checks refuse nothing that a site may need."""
    assert faults(tmp_path, (old, new)) == []


def test_a_fault_shows_a_long_value_in_part(tmp_path: Path) -> None:
    """A wrong value does not flood the screen."""
    (fault,) = faults(tmp_path, ('timezone = "WIB"', f'timezone = "{"x" * 5000}"'))
    assert len(fault) < 250


def test_the_template_names_every_key_and_is_itself_right(tmp_path: Path) -> None:
    """The form and its template cannot drift apart."""
    text = (PACKAGED.parent / "TEMPLATE.toml.example").read_text(encoding="utf-8")
    assert check_file(write(tmp_path, text)) == []
    table = tomllib.loads(text)
    parts: list[tuple[type[BaseModel], set[str]]] = [
        (Source, set(table)),
        (Discovery, set().union(*table["discovery"])),
        (Select, set(table["select"])),
        (Politeness, set(table["politeness"])),
        (Tls, set(table["tls"])),
    ]
    for model, keys in parts:
        assert keys == set(model.model_fields), model


def test_a_country_of_sources_loads_at_once(tmp_path: Path) -> None:
    """550 files take well under a second, so that every command may load them."""
    for number in range(550):
        write(tmp_path, RIGHT.replace("contohkab", f"contoh{number}kab"), f"id/{number % 38}/contoh{number}kab.toml")
    started = time.process_time()
    assert len(load_sources(tmp_path, packaged=False)) == 550
    assert time.process_time() - started < 1.5  # 0.2 s on an idle machine


def test_listing_sources_needs_neither_scrapy_nor_lxml() -> None:
    """The room imports nothing heavy, which `warkat --help` and `warkat sources` rely on."""
    code = "import sys, crawler.sources; print({'scrapy', 'lxml', 'bs4', 'yarl', 'cssselect'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set()"
