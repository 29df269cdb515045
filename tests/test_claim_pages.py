"""The pages of the claims: what they show, that their programs run by themselves, and what they tell machines."""

import json
import re
from pathlib import PurePosixPath
from types import SimpleNamespace
from urllib.parse import parse_qs, urljoin, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from driving import serious
from lab import ROOT

import helpers
from helpers import ledger, start
from helpers.commands.site import claims
from helpers.commands.site.layout import TEMPLATES, publish, repository
from helpers.commands.site.library import apart
from helpers.commands.site.pages import data_files
from helpers.commands.site.programs import programs
from helpers.commands.site.review import in_page
from helpers.language import speaking, texts
from helpers.palette import style_sheet
from helpers.tables import PACKAGE, load

LANGUAGES = ("en", "ja")
PUBLIC = "https://example.org/bluebook/"
STEMS = sorted(path.stem for path in (ROOT / "notebooks" / "en").glob("*.ipynb"))
LEDGER = load("bluebook_claims").set_index("claim_id")


def cells(code):
    folder = ROOT / "notebooks" / code
    return {path.stem: nbformat.read(path, 4).cells for path in sorted(folder.glob("*.ipynb"))}


def make(codes, public):
    """The pages of the claims without the rest of the site, by path."""
    listed, more = {}, {}
    for code in codes:
        with speaking(code):
            listed[code], more[code] = claims.claim_pages(code, cells(code), public)
    return publish(listed, more, public)


SHARED = ("site.css", "site.js", "icon.svg", "noscript.css", "claims.js")


@pytest.fixture(scope="session")
def files():
    return data_files() | make(LANGUAGES, "")


@pytest.fixture(scope="session")
def pages(files):
    return {path: read(text) for path, text in files.items() if path.endswith(".html")}


def read(text):
    """A page, without the marks of words in another language, which part its texts."""
    soup = BeautifulSoup(text, "html.parser")
    for mark in soup.select("main span[lang]"):
        mark.unwrap()
    soup.smooth()
    return soup


@pytest.fixture(scope="session")
def published():
    return make(["en"], PUBLIC)


@pytest.fixture(scope="session")
def published_pages(published):
    return {path: read(text) for path, text in published.items() if path.endswith(".html")}


def page_of(pages, claim, code="en"):
    return pages[f"{code}/claims/{claim}.html"]


# What stands on them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_claim_has_a_light_page_with_claim_verdict_reason_and_figures(files, pages, code):
    with speaking(code):
        rows = list(load("bluebook_claims").itertuples())
        for row in rows:
            path = f"{code}/claims/{row.claim_id}.html"
            assert len(files[path].encode()) < 30_000, path
            soup = pages[path]
            words = soup.find("main").get_text(" ", strip=True)
            assert soup.h1.get_text().startswith(row.claim_id) and row.text in soup.h1.get_text()
            assert soup.select_one(".bluebook-badge").get_text() == row.verdict_label
            assert row.reason in words and row.basis_label in words and row.strength_label in words
            assert ledger.written(row.value, row) in soup.select_one(".figures").get_text()
            assert not re.search(r"[(（][)）]", soup.find("meta", attrs={"name": "description"})["content"]), path
            assert (row.verdict == "not_checkable") == (isinstance(row.settle, str) and row.settle in words), path
    assert len(rows) == sum(path.startswith(f"{code}/claims/BB") for path in pages) == len(LEDGER)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_document_is_linked_with_publisher_side_and_what_it_states(pages, code):
    seen = 0
    with speaking(code):
        sides = texts("claims.page")
        for row in load("bluebook_evidence").itertuples():
            items = page_of(pages, row.claim_id, code).select("ol.evidence > li")
            link = next(link for item in items for link in item.select("a") if link["href"] == row.url)
            said = link.find_parent("li").get_text(" ", strip=True)
            assert link.get_text() == row.publisher and link["target"] == "_blank"
            assert row.statement in said and row.relation_label in said
            tags = link.find_parent("li").select_one(".tags").get_text().split(" · ")
            expected = [
                "outside" if row.independent else "inside",
                *["primary"] * row.primary,
                *["as_copy"] * row.as_copy,
            ]
            assert tags == [row.relation_label, *(sides[name] for name in expected)]
            seen += 1
        assert seen == sum(len(soup.select("ol.evidence > li")) for p, soup in pages.items() if p.startswith(code))


def test_tables_lead_to_their_publishers(pages):
    for row in LEDGER.dropna(subset="tables").itertuples():
        hrefs = {link["href"] for link in page_of(pages, row.Index).select("article a")}
        for name in row.tables.split("; "):
            assert {source["path"] for source in claims.PACKAGE.resources[name]["sources"]} <= hrefs, row.Index


def test_corrections_of_a_claim_stand_on_its_page_and_move_its_day(pages):
    rows = load("corrections").dropna(subset="claim_id")
    assert len(rows) > 10
    for claim, group in rows.groupby("claim_id"):
        words = page_of(pages, claim).get_text(" ", strip=True)
        assert all(" ".join(stood.split()) in words for stood in group.stood), claim
        assert claims._checked(claim) >= group.date.max()
    without = next(claim for claim in LEDGER.index if claim not in set(rows.claim_id))
    assert texts("claims.page.no_corrections") in page_of(pages, without).get_text()


def test_claims_can_be_cited_and_reported(pages):
    for claim in ("BB031", "BB190", "BB276"):
        soup = page_of(pages, claim)
        entry = soup.find("pre", attrs={"aria-label": "BibTeX"}).get_text()
        assert entry.startswith(f"@misc{{bluebook-{claim.lower()}-en,") and entry.count("{") == entry.count("}")
        assert not re.search(r"(?<!\\)[&%$#]", entry)
        asked = urlsplit(next(a["href"] for a in soup.select("a") if "/issues/new?" in a["href"]))
        assert asked.geturl().startswith(repository())
        assert claim in parse_qs(asked.query)["title"][0] and claim in parse_qs(asked.query)["body"][0]


def test_neighbours_and_languages_follow_each_other(pages):
    order = list(LEDGER.index)
    for code in LANGUAGES:
        for at, claim in enumerate(order):
            soup, base = page_of(pages, claim, code), f"{code}/claims/{claim}.html"
            led = {link["rel"][0]: urljoin(base, link["href"]) for link in soup.select(".neighbours a")}
            expected = {"prev": order[at - 1] if at else None, "next": order[at + 1] if at + 1 < len(order) else None}
            assert led == {rel: f"{code}/claims/{to}.html" for rel, to in expected.items() if to}
            other = soup.select_one("a.language")["href"]
            assert urljoin(base, other) == base.replace(code, {"en": "ja", "ja": "en"}[code], 1)


def test_every_link_within_the_site_leads_somewhere(files, pages):
    others = {f"{code}/{name}.html" for code in LANGUAGES for name in [*STEMS, "corrections"]}
    known = set(files) | others | {"index.html", "ja/index.html", *(f"assets/{name}" for name in SHARED)}
    for path, soup in pages.items():
        for tag, name in (("a", "href"), ("script", "src"), ("link", "href")):
            for node in soup.find_all(tag, attrs={name: True}):
                if not urlsplit(node[name]).scheme and urlsplit(node[name]).path:
                    target = urljoin(path, urlsplit(node[name]).path)
                    assert target in known or target == "assets/licences.txt", f"{path}: {target}"


def test_pages_have_one_heading_and_ids_once(pages):
    for path, soup in pages.items():
        assert len(soup.find_all("h1")) == 1, path
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), path
        assert 15 < len(soup.find("meta", attrs={"name": "description"})["content"]) < 320, path


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_method_counts_every_claim_under_each_of_its_words(pages, code):
    for table in pages[f"{code}/method.html"].find_all("table")[:3]:
        assert sum(int(row.find_all("td")[-1].get_text()) for row in table.select("tbody tr")) == len(LEDGER)
    with speaking(code):
        rules = texts("claims.method.rules")
    for name, words in rules.items():
        assert set(words) == set(claims.labels("bluebook_claims", name))


# The program ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", [stem for stem in STEMS if "00" < stem[:2] < "90"])
def test_the_program_of_a_claim_runs_by_itself_and_gets_the_recorded_value(monkeypatch, stem):
    """In English every claim, in Japanese every fifth; `verify` raises where the value is not the recorded one."""
    checked = []
    real = helpers.verify

    def noted(claim, *values, **named):
        checked.append(claim)
        return real(claim, *values, **named)

    monkeypatch.setattr(helpers, "verify", noted)
    monkeypatch.setattr(helpers, "display", lambda *_: None)
    for code in LANGUAGES:
        found = programs(cells(code)[stem])
        assert len(found) > 9
        for claim in list(found)[:: 1 if code == "en" else 5]:
            checked.clear()
            exec(compile(found[claim].source, claim, "exec"), {"__name__": "__main__"})
            assert claim in checked


def test_every_claim_that_a_notebook_checks_has_its_program_on_its_page(pages):
    named = {
        claim: (stem, cell.id)
        for stem, all_cells in cells("en").items()
        for cell in all_cells
        if cell.cell_type == "code"
        for claim in re.findall(r'verify\(\s*"(BB\d{3})"', cell.source)
    }
    assert len(named) > 100
    for claim, (stem, cell) in named.items():
        soup = page_of(pages, claim)
        assert f'verify("{claim}"' in re.sub(r"\(\s+", "(", soup.select_one(".highlight").get_text())
        assert soup.select_one(f'a[href="../{stem}.html#{cell}"]'), claim


def test_a_program_takes_only_what_it_needs():
    source = {
        "setup": "from helpers import *",
        "a": "unused = 1\nused = 2\nused += 1  # kept\nother = {}",
        "f": "# Doubles.\ndef double(x):\n    return x * factor",
        "b": "factor = 2\ntable = {}\ntable['x'] = used",
        "c": 'display(verify("BB001", double(table["x"])), verify("BB002", "@other"))',
    }
    made = [SimpleNamespace(id=name, cell_type="code", source=text) for name, text in source.items()]
    found = programs(made)
    first, second = found["BB001"].source, found["BB002"].source
    assert found["BB001"].cell == "c"
    for line in ("used = 2", "used += 1", "# Doubles.", "factor = 2", "table['x'] = used", 'verify("BB001"'):
        assert line in first
    assert "unused" not in first and "BB002" not in first and "other" not in first
    assert "other = {}" in second and "double" not in second, "a query names what it reads after an @"


# What it tells machines -----------------------------------------------------------------------------------------------


def review_of(soup):
    found = soup.find("script", attrs={"type": "application/ld+json"})
    return found and json.loads(found.string)


def check_review(said, row):
    """What schema.org and the readers of ClaimReview ask for."""
    assert said["@context"] == "https://schema.org" and said["@type"] == "ClaimReview"
    assert isinstance(said["claimReviewed"], str) and row.text in said["claimReviewed"]
    rating, item = said["reviewRating"], said["itemReviewed"]
    assert rating["@type"] == "Rating" and rating["alternateName"] == row.verdict_label
    assert row.reason in rating["ratingExplanation"] and "ratingValue" not in rating
    assert item["@type"] == "Claim" and item["author"]["@type"] == "Organization" and item["author"]["name"]
    assert item["appearance"]["@type"] == "CreativeWork" and urlsplit(item["appearance"]["url"]).scheme == "https"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", said["datePublished"]) and item["datePublished"] == "2013"
    assert said["author"]["@type"] == "Organization" and said["author"]["name"]
    assert all(urlsplit(address).scheme in ("http", "https") for address in said.get("citation", []))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_review_tells_the_verdict_and_nothing_is_rated_that_nothing_decides(pages, code):
    with speaking(code):
        for row in load("bluebook_claims").itertuples():
            said = review_of(page_of(pages, row.claim_id, code))
            if row.verdict == "not_checkable":
                assert said is None
            else:
                check_review(said, row)
                assert said["inLanguage"] == code
    for soup in (pages[f"{code}/claims/index.html"], pages[f"{code}/method.html"]):
        assert review_of(soup) is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_and_review_lead_to_the_part_of_the_document_where_its_address_is_known(pages, code):
    known = load("bluebook_outline").set_index("section_id").url.dropna()
    book = PACKAGE.resources["bluebook_claims"]["sources"][0]["path"]
    led = set()
    for row in LEDGER.itertuples():
        soup = page_of(pages, row.Index, code)
        links = {link["href"] for link in soup.select(".facts dd > a")}
        expected = known.get(row.section_id)
        assert links == ({book, expected} if expected else {book}), row.Index
        if said := review_of(soup):
            assert said["itemReviewed"]["appearance"]["url"] == (expected or book)
        led.add(expected)
    assert led == {None, *known}


def test_the_column_is_its_company_s_claim(pages):
    assert "Takeda" in review_of(page_of(pages, "BB155"))["itemReviewed"]["author"]["name"]
    assert "Ministry" in review_of(page_of(pages, "BB031"))["itemReviewed"]["author"]["name"]


def test_without_a_public_address_nothing_is_said_of_one(pages):
    for path, soup in pages.items():
        assert not soup.find("link", rel="canonical") and not soup.find("meta", property="og:url"), path
        assert "url" not in (review_of(soup) or {}), path
        assert soup.find("meta", property="og:title")["content"] and soup.find("meta", property="og:description")


def test_with_a_public_address_every_page_names_its_own(published_pages):
    for path, soup in published_pages.items():
        assert soup.find("link", rel="canonical")["href"] == PUBLIC + path
        assert soup.find("meta", property="og:url")["content"] == PUBLIC + path
        if said := review_of(soup):
            assert said["url"] == PUBLIC + path
            assert PUBLIC + path in soup.select_one(".citation").get_text()


def test_nothing_in_a_review_ends_its_element():
    soup = BeautifulSoup(in_page({"text": "</script><b>x</b>"}), "html.parser")
    assert len(list(soup.children)) == 1 and json.loads(soup.script.string) == {"text": "</script><b>x</b>"}


# Links and files ------------------------------------------------------------------------------------------------------


def test_numbers_of_claims_in_cards_ledgers_and_corrections_become_links():
    shown = "".join(
        table._repr_html_() for table in (ledger.claims("polar"), ledger.evidence("BB171"), start.corrections())
    )
    card = '<div class="bluebook-card"><small>BB031 · section 1.2.a</small> <b>BB032 and BB033</b></div>'
    soup = BeautifulSoup(f"<p>BB001</p>{shown}{card}<div class='bluebook-table'><td>BB999</td></div>", "html.parser")
    claims.link_claims(soup)
    linked = [link["href"] for link in soup.find_all("a", href=True) if link["href"].startswith("claims/")]
    assert "claims/BB001.html" not in linked, "a number outside of cards and ledgers is left alone"
    assert "claims/BB999.html" not in linked, "there is no such claim"
    assert linked[-1] == "claims/BB031.html" and "claims/BB032.html" not in linked
    assert "claims/BB171.html" in linked
    assert {f"claims/{claim}.html" for claim in LEDGER.query("theme == 'polar'").index} <= set(linked)
    assert soup.select_one(".bluebook-card small").get_text() == "BB031 · section 1.2.a"


def test_the_data_package_that_is_offered_is_that_of_the_project(files):
    """Of the whole site, so that its description fits what it lies beside. That it is sound is tested with the data."""
    there = {path.removeprefix("data/"): content for path, content in files.items() if path.startswith("data/")}
    assert all(content == (ROOT / "data" / path).read_bytes() for path, content in there.items())
    described = json.loads(there["datapackage.json"])["resources"]
    assert {resource["path"] for resource in described} | {"datapackage.json"} == set(there)
    offered = {resource["path"] for resource in described if resource["name"] in claims.TAKEN}
    for code in LANGUAGES:
        soup = BeautifulSoup(files[f"{code}/claims/index.html"], "html.parser")
        led = {str(PurePosixPath(link["href"]).relative_to("../../data")) for link in soup.select("a[download]")}
        assert led == offered | {"datapackage.json"} and len(led) == len(claims.TAKEN) + 1


# In a browser ---------------------------------------------------------------------------------------------------------

SAMPLE = ("BB002", "BB031", "BB036", "BB081", "BB229", "BB266", "BB030")  # every verdict, the longest, with a program


@pytest.fixture(scope="session")
def folder(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("claims")
    shared = {"assets/site.css": style_sheet(TEMPLATES / "site.css", TEMPLATES / "claims.css")}
    shared |= {f"assets/{name}": (TEMPLATES / name).read_text(encoding="utf-8") for name in ("site.js", "noscript.css")}
    shared["assets/claims.js"] = apart("claims.js")
    for path, content in (files | shared).items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return out


@pytest.mark.browser
@pytest.mark.parametrize("code", LANGUAGES)
def test_pages_are_accessible_fit_a_telephone_and_ask_nobody(chromium, folder, code):
    assert {LEDGER.verdict[claim] for claim in SAMPLE} == set(LEDGER.verdict)
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for at, name in enumerate([*(f"claims/{claim}" for claim in SAMPLE), "claims/index", "method"]):
        page.set_viewport_size({"width": 1300, "height": 900})
        page.emulate_media(color_scheme="dark" if at % 2 == (code == "en") else "light")
        page.goto((folder / code / f"{name}.html").as_uri())
        assert not serious(page), name
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert not serious(page), name
    assert all(url.startswith((folder.as_uri(), "data:")) for url in asked) and complaints == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_list_is_searched_and_filtered(chromium, folder, code):
    page = chromium.new_page()
    page.goto((folder / code / "claims" / "index.html").as_uri())
    shown = page.locator("#claims > li:visible")
    assert shown.count() == len(LEDGER)
    assert page.evaluate("String(follow)") in (TEMPLATES / "site.js").read_text("utf-8"), "no name is taken from it"
    page.select_option("select[name=verdict]", "disputed")
    numbers = [link.inner_text()[:5] for link in shown.locator("a").all()]
    assert numbers == list(LEDGER.query("verdict == 'disputed'").index)
    page.select_option("select[name=theme]", "climate")
    assert shown.count() == len(LEDGER.query("verdict == 'disputed' and theme == 'climate'"))
    page.locator("button[type=reset]").click()
    page.fill("input[name=search]", "ＢＢ031" if code == "ja" else "bb031")
    page.wait_for_function("document.querySelectorAll('#claims > li:not([hidden])').length === 1")
    assert "1" in page.locator("main [role=status]").inner_text() and str(len(LEDGER)) in page.inner_text(
        "main [role=status]"
    )
    page.fill("input[name=search]", "zzz")
    assert shown.count() == 0
    with speaking(code):
        assert texts("claims.none") in page.inner_text("main [role=status]")
    page.goto((folder / code / "claims" / "index.html").as_uri() + "#verdict=differs")
    page.reload()
    assert shown.count() == len(LEDGER.query("verdict == 'differs'"))
    page.close()


@pytest.mark.browser
def test_without_a_script_the_whole_list_can_be_read(chromium, folder):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "en" / "claims" / "index.html").as_uri())
    assert page.locator("#claims > li:visible").count() == len(LEDGER)
    assert not page.locator("#filters").is_visible()
    context.close()
