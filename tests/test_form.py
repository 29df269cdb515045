"""The project as a form: a claim is checked on the static page without Python, kept, printed, and thrown away."""

import json

import pandas as pd
import pytest
from driving import serious
from lab import served
from playwright.sync_api import expect

from helpers.language import speaking, texts
from helpers.ledger import same
from helpers.tables import PACKAGE, labels, load, table_names

pytestmark = pytest.mark.browser
CODES = ["en", "ja"]
POLICY = "default-src 'self'"
NOTE = """globalThis.refused = [];
addEventListener("securitypolicyviolation", (e) => refused.push(`${e.effectiveDirective} ${e.blockedURI}`));"""
ASKED = {"script-src eval"}  # the page's chart, when it wakes, asks once whether programs may be made out of text
KEPT = "bluebook-notebooks project"


@pytest.fixture(scope="module")
def strict(folder):
    """The site as a server with the strictest policy gives it."""
    with served(folder, Content_Security_Policy=POLICY) as address:
        yield address


@pytest.fixture
def page(page):
    """A page that notes what the policy refuses."""
    page.add_init_script(NOTE)
    yield page
    assert set(page.evaluate("refused")) <= ASKED


def words(code):
    with speaking(code):
        return texts("project.form")


def tab_to(page, name):
    """Go on by the Tab key until the part with this name, or the button for this action, has the focus."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.dataset.do") == name:
            return
    raise AssertionError(f"{name} is not reached by the Tab key")


def type_into(page, name, typed):
    tab_to(page, name)
    page.keyboard.type(typed)


PLACES = """() => {
    const [band, ...dots] = [...document.querySelectorAll("#project-picture :is(rect, circle)")];
    const [x, width] = ["x", "width"].map(name => Number(band.getAttribute(name)));
    return [[x, x + width], ...dots.map(dot => Number(dot.getAttribute("cx")))];
}"""


def numeral(cell):
    """A cell of a table as a number is written without zeros at its end; words stay."""
    return f"{float(cell):g}" if cell.replace(".", "").isdigit() else cell


def step(page, name):
    return page.locator(f"#my-project [data-step={name}]")


def ask_for_the_ledger(page):
    page.locator("[data-do=open]").press("Enter")
    return step(page, "ledger").locator("[role=status]").inner_text()


@pytest.mark.parametrize("code", CODES)
def test_a_claim_is_checked_by_the_keyboard_kept_and_printed(page, strict, code):
    said = words(code)
    with speaking(code):
        row, names = load("bluebook_claims").set_index("claim_id").loc["BB032"], labels("bluebook_claims", "verdict")
        table = load("oda_donors").query("iso3 == 'JPN' and year == 2011").iloc[0]
    figure = f"{100 * table.net_usd_million / table.gni_usd_million:.3f}"
    page.goto(f"{strict}/{code}/90-project.html")
    assert page.locator("#how-to").count() == 0, "how cells are run is told where they run"
    assert [step(page, name).is_visible() for name in ("claim", "guess", "table")] == [True, False, False]
    page.locator("#my-project [name=name]").focus()
    page.keyboard.type("Aki & Ben")
    type_into(page, "claim", "BB032")
    type_into(page, "holds", "HOLDS IF")
    type_into(page, "guess", "0.7")
    type_into(page, "why", "WHY SO")
    tab_to(page, "commit")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == said["table_step"]
    assert step(page, "guess").locator("[role=status]").inner_text() == said["committed"]
    assert not page.locator("[name=guess]").is_editable()
    page.locator("[name=table]").select_option("oda_donors")
    with page.expect_download() as download:
        step(page, "table").get_by_role("link", name=said["file"]).press("Enter")
    assert download.value.path().read_bytes() == (PACKAGE.folder / "oda" / "donors.csv").read_bytes()
    browse = step(page, "table").locator(".browse")
    browse.locator("summary").press("Enter")
    browse.locator("input").fill("japan 2011" if code == "en" else "日本　2011")
    browse.locator("tbody tr").first.wait_for()
    rows = [row.split("\t") for row in browse.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 1 and {f"{table.net_usd_million:g}", f"{table.gni_usd_million:g}"} <= {*map(numeral, rows[0])}
    browse.locator("input").focus()
    page.keyboard.press("Tab")
    type_into(page, "document", "NO DOCUMENT")
    type_into(page, "figure", figure)
    result = step(page, "figure").locator("[role=status] dd").all_inner_texts()
    assert result[:3] == ["0.18%", "0.7%", f"{figure}%"] and result[-1] == said["yes"]
    drawn = page.locator("#project-picture svg").get_attribute("aria-label")
    assert [part for part in ("0.18%", "0.7%", f"{figure}%") if part not in drawn] == []
    band, *dots = page.evaluate(PLACES)
    assert band[0] < dots[2] < band[1] < dots[1], "the figure lies in the band, the guess beyond it"
    type_into(page, "how", "HOW FOUND")
    assert ask_for_the_ledger(page) == said["no_verdict"]
    page.locator("[name=verdict][value=differs]").press("Space")
    page.locator("[name=reason]").focus()
    page.keyboard.type("REASON GIVEN")
    assert ask_for_the_ledger(page) == said["within"].format(verdict=names["differs"])
    assert row.reason not in page.locator("main").inner_text() and step(page, "rubric").is_hidden()
    page.locator("[name=verdict][value=matches]").press("Space")
    assert ask_for_the_ledger(page) == ""
    assert row.reason in step(page, "ledger").inner_text() and said["same"] in step(page, "ledger").inner_text()
    for number, points in enumerate("21012"):
        page.locator(f"[name=points-{number}][value='{points}']").press("Space")
    assert page.locator("#project-points").inner_text() == said["points"].format(points=6, most=10)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page, "#my-project") == []

    page.reload()
    assert (
        page.locator("[name=reason]").input_value() == "REASON GIVEN" and not page.locator("[name=guess]").is_editable()
    )
    assert step(page, "rubric").is_visible() and page.locator("[name=points-3][value='1']").is_checked()
    page.evaluate("globalThis.print = () => {}")
    page.locator("[data-do=print]").press("Enter")
    page.emulate_media(media="print")
    shown = page.evaluate("[...document.querySelectorAll('main > *')].filter(e => e.checkVisibility()).map(e => e.id)")
    assert shown == ["my-project"]
    paper = page.locator("#my-project").inner_text()
    mine = ["Aki & Ben", row.text, f"{figure}%", "HOLDS IF", "WHY SO", "HOW FOUND", "NO DOCUMENT", "REASON GIVEN"]
    rubric = page.locator("#rubric td").all_inner_texts()
    assert [part for part in [*mine, names["matches"], row.reason, *rubric] if part not in paper] == []
    assert 1 <= page.pdf(format="A4").count(b"/Type /Page\n") <= 2
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")

    with page.expect_download() as download:
        page.locator("[data-do=save]").press("Enter")
    assert download.value.suggested_filename == "BB032.txt"
    saved = download.value.path().read_text("utf-8-sig")
    assert [part for part in [*mine, names["matches"], row.reason] if part not in saved] == []
    page.locator("[data-do=again]").press("Enter")
    page.reload()
    assert page.locator("[name=name]").input_value() == "" and step(page, "guess").is_hidden()


RESULTS = """figures => {
    const form = document.querySelector("#my-project form"), found = {};
    const type = (name, value) => {
        form.elements[name].value = value;
        form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("reach", "every");
    for (const [claim, figure] of Object.entries(figures)) {
        type("claim", claim);
        type("guess", figure);
        form.querySelector("[data-do=commit]").click();
        type("figure", figure);
        found[claim] = [...document.querySelectorAll("#project-result dd")].at(-1)?.textContent;
    }
    return found;
}"""


@pytest.mark.parametrize("code", CODES)
def test_figures_agree_with_claims_where_the_ledger_says_so(page, strict, code):
    said = words(code)
    with speaking(code):
        scales = texts("common.claims.scales")
    rows = load("bluebook_claims")
    rows = rows[pd.to_numeric(rows.value, errors="coerce").notna() & rows.tolerance.notna()]
    rows = rows[pd.to_numeric(rows.computed_value, errors="coerce").notna()]
    figures = {row.claim_id: f"{float(row.computed_value) * scales.get(row.unit, 1):.12g}" for row in rows.itertuples()}
    expected = {
        row.claim_id: said["yes" if same(row.computed_value, row.value, row.tolerance) else "no"]
        for row in rows.itertuples()
    }
    assert len(expected) > 80 and len({*expected.values()}) == 2
    page.goto(f"{strict}/{code}/90-project.html")
    assert page.evaluate(RESULTS, figures) == expected


TICKED = "[...document.querySelectorAll('#my-project input[type=radio]:checked')].map(e => e.name)"


def judge(page, claim):
    """Check a claim as far as its points."""
    page.evaluate(RESULTS, {claim: "0.18"})
    page.locator("[name=verdict][value=matches]").check()
    page.locator("[name=reason]").fill("x")
    page.locator("[data-do=open]").click()
    page.locator("[name=points-0][value='2']").check()


def test_verdict_and_points_belong_to_one_claim(page, strict):
    page.goto(f"{strict}/en/90-project.html")
    judge(page, "BB032")
    assert page.evaluate(TICKED) == ["verdict", "points-0"]
    page.locator("[name=claim]").select_option("BB033")
    assert page.evaluate(TICKED) == []
    page.locator("[name=claim]").select_option("BB032")
    assert page.evaluate(TICKED) == ["verdict", "points-0"]
    page.locator("[data-do=again]").click()
    assert page.evaluate(TICKED) == []
    page.locator("[data-do=back]").click()
    assert page.evaluate(TICKED) == ["verdict", "points-0"]


ROWS = """() => {
    const rows = [...document.querySelectorAll(".record-judged tbody tr")];
    return rows.filter(row => row.checkVisibility()).map(row => [...row.cells].map(cell => cell.textContent));
}"""
DAMAGED = [
    "",
    "{",
    "[]",
    '{"drafts": 3}',
    '{"drafts": {"BB999x": {"verdict": "differs"}, "BB025": {"verdict": "good"}}}',
]


@pytest.mark.parametrize("code", CODES)
def test_the_record_of_all_notebooks_has_the_claims_that_were_judged(page, strict, code):
    page.goto(f"{strict}/{code}/90-project.html")
    judge(page, "BB032")
    page.goto(f"{strict}/{code}/record.html")
    page.locator(".record-judged").wait_for()
    with speaking(code):
        verdicts = labels("bluebook_claims", "verdict")
        said = texts("site.record")
    assert [row[:2] for row in page.evaluate(ROWS)] == [["BB032", verdicts["matches"]]]
    with page.expect_download() as download:
        page.locator(".record-sheet button[value=csv]").click()
    assert f'"{said["judged"]["title"]}"' in download.value.path().read_text("utf-8-sig")
    page.locator(".record-judged a").click()
    assert page.url.endswith(f"/{code}/claims/BB032.html")
    for kept in DAMAGED:
        page.evaluate("kept => localStorage.setItem('bluebook-notebooks project', kept)", kept)
        page.goto(f"{strict}/{code}/record.html")
        page.locator(".record [role=status]", has_text=said["nothing"]).wait_for()
        assert page.evaluate(ROWS) == []


def test_dates_are_read_as_people_write_them(page, strict):
    page.goto(f"{strict}/en/90-project.html")
    said, results = words("en"), {}
    for typed in ("2012-06", "June 2012", "20 June 2012", "2012年6月20日", "2012/7/1", "2012", "soon"):
        page.evaluate("localStorage.clear()")
        page.reload()
        results[typed] = page.evaluate(RESULTS, {"BB005": typed})["BB005"]
    assert load("bluebook_claims").set_index("claim_id").value["BB005"] == "2012-06"
    yes, no = said["yes"], said["no"]
    assert [*results.values()] == [yes, yes, yes, yes, no, said["coarser"], None]
    assert step(page, "guess").locator("[role=status]").inner_text() == said["not_day"]


def test_what_was_typed_is_there_in_the_unit_of_the_other_language(page, strict):
    page.goto(f"{strict}/en/90-project.html")
    claim = load("bluebook_claims").query("unit == 'usd_million' and tolerance == tolerance").iloc[0]
    millions = 250 + float(claim.value)
    page.evaluate(RESULTS, {claim.claim_id: f"{millions:,.0f}"})
    page.locator("[name=reason]").fill("x")
    for code, scale in (("ja", 0.01), ("en", 1)):
        page.goto(f"{strict}/{code}/90-project.html")
        for name in ("guess", "figure"):
            assert float(page.locator(f"[name={name}]").input_value().replace(",", "")) == pytest.approx(
                millions * scale
            )
        assert page.locator("[name=reason]").input_value() == "x"
        assert page.locator("#project-result dd").last.inner_text() == words(code)["no"]


# Something is written into a draft behind the back of the page.
BEHIND = """([name, claim, reason]) => {
    const kept = JSON.parse(localStorage.getItem(name));
    kept.drafts[claim] = { ...kept.drafts[claim], reason };
    localStorage.setItem(name, JSON.stringify(kept));
}"""


def test_what_another_tab_or_language_has_kept_is_shown_and_stays(page, strict):
    page.goto(f"{strict}/en/90-project.html")
    judge(page, "BB032")
    other = page.context.new_page()
    other.goto(f"{strict}/ja/90-project.html")
    other.locator("[name=learnt]").fill("LEARNT THERE")
    expect(page.locator("[name=learnt]")).to_have_value("LEARNT THERE")
    page.locator("[name=since]").fill("SINCE")
    expect(other.locator("[name=since]")).to_have_value("SINCE")
    other.close()

    page.evaluate(BEHIND, [KEPT, "BB033", "BEHIND"])
    page.locator("[name=how]").fill("HOW")
    page.locator("[name=claim]").select_option("BB033")
    assert page.locator("[name=reason]").input_value() == "BEHIND"
    page.evaluate(BEHIND, [KEPT, "BB033", "AGAIN"])
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.locator("[name=reason]").input_value() == "AGAIN"
    page.locator("[name=claim]").select_option("BB032")
    found = [page.locator(f"[name={name}]").input_value() for name in ("learnt", "since", "how", "reason")]
    assert found == ["LEARNT THERE", "SINCE", "HOW", "x"]


DAMAGED = [
    "{",
    "[]",
    "null",
    json.dumps({"common": 3, "drafts": []}),
    json.dumps({"common": {"claim": "BB999", "name": {}}, "drafts": {"BB999": {}, "BB032": None}}),
    json.dumps({"common": {"claim": "BB032", "theme": "x"}, "drafts": {"BB032": {"opened": True, "table": "gone"}}}),
]


def test_a_damaged_or_forbidden_store_breaks_nothing(page, folder):
    page.goto((folder / "en" / "90-project.html").as_uri())
    for kept in DAMAGED:
        page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [KEPT, kept])
        page.reload()
        assert step(page, "rubric").is_hidden() and step(page, "ledger").is_hidden()
        assert page.locator("[name=claim] option").count() > 50
        assert page.evaluate(RESULTS, {"BB032": "0.18"}) == {"BB032": words("en")["yes"]}
    assert page.locator(".fleeting").is_hidden()
    page.add_init_script("Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('no') } })")
    page.reload()
    assert page.locator(".fleeting").is_visible(), "it is said that nothing is kept"
    assert page.evaluate(RESULTS, {"BB032": "0.3"}) == {"BB032": words("en")["no"]}
    page.locator("[data-do=again]").click()
    assert step(page, "guess").is_hidden()
    page.locator("[data-do=back]").click()
    assert page.locator("[name=figure]").input_value() == "0.3"


def test_every_table_that_is_offered_can_be_taken_with_its_description(page, strict, folder):
    page.goto(f"{strict}/ja/90-project.html")
    page.evaluate(RESULTS, {"BB032": "0.18"})
    page.locator("[name=table]").select_option("environment_meetings")
    step(page, "table").locator(".browse summary").click()
    page.locator(".browse tbody tr").first.wait_for()
    count = len(load("environment_meetings"))
    assert page.locator(".browse [role=status]").inner_text() == words("ja")["shown"].format(found=count, count=count)
    offered = set(page.evaluate("[...document.querySelectorAll('[name=table] option')].map(e => e.value)")) - {""}
    themes = labels("bluebook_claims", "theme")
    assert offered == {name for name in table_names() if name.split("_")[0] in themes} | {"countries"}
    for resource in PACKAGE.resources.values():
        assert (folder / "data" / resource["path"]).read_bytes() == PACKAGE.read(resource)
    described = json.loads((folder / "data" / "datapackage.json").read_text("utf-8"))
    assert {one["name"] for one in described["resources"]} == set(PACKAGE.resources)
