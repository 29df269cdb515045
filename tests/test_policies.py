"""The static edition under a security policy that allows a page nothing but the files of its own site."""

import os
from itertools import islice
from types import SimpleNamespace

import pytest
from driving import answer, far_end, panels, script, taken, title
from lab import served
from pages import explorers_in

from helpers.commands.site import SiteError
from helpers.commands.site.inline import move_inline
from helpers.commands.site.library import classic
from helpers.language import texts, use

POLICY = "default-src 'self'"
KINDS = ["index", "en/claims/index", "en/claims/BB031", "ja/teaching-guide", "ja/glossary", "en/method"]
KINDS += ["en/worksheets/01-oda", "en/worksheets/01-oda-answers"]
NOTE = """globalThis.refused = [];
addEventListener("securitypolicyviolation", (e) => refused.push(`${e.effectiveDirective} ${e.blockedURI}`));"""
ASKED = ["script-src eval"]  # a page with charts asks once whether programs may be made out of text
DRAWN = "count => [...document.querySelectorAll('.explorer-panel')].filter(e => e.explorer).length === count"


def visit(chromium, address, count=0):
    """Open a page that notes what is refused, and wake its explorers."""
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    page.add_init_script(NOTE)
    page.goto(address)
    if count:
        page.evaluate("bluebook.all()")
        page.wait_for_function(DRAWN, arg=count)
    return SimpleNamespace(page=page)


def moved(seen):
    """What the first explorers draw, with all their controls far from their start, moved one after the other."""
    for panel in islice(panels(seen), 7):
        steps = [
            [control["name"], far_end(SimpleNamespace(**control)), "drawn"]
            for control in panel.evaluate(script("controlsOf"))
        ]
        panel.evaluate(script("setControls"), steps)
        yield title(panel), panel.evaluate(script("picture"))


@pytest.fixture(scope="module")
def strict(folder):
    with served(folder, Content_Security_Policy=POLICY) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("name", ["en/00-start", "ja/05-polar"])
def test_charts_and_questions_live_and_draw_what_they_draw_without_a_policy(chromium, strict, address, name):
    use(name[:2])
    free, bound = (visit(chromium, f"{base}/{name}.html", explorers_in(name)) for base in (address, strict))
    assert bound.page.locator(".stand-in, [role=alert]").count() == 0
    assert dict(moved(bound)) == dict(moved(free))
    for form in bound.page.locator(".question").element_handles():
        assert answer(form)[-1]
    panel = next(panels(bound))
    mark = panel.query_selector(".role-mark:is(.mark-symbol, .mark-rect, .mark-shape) path")
    mark.dispatch_event("pointermove", {"bubbles": True, "clientX": 9, "clientY": 9})
    bound.page.locator("#vg-tooltip-element.visible").wait_for()
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"\xef\xbb\xbf")):
        assert taken(panel, texts("common.explorer.words")[kind]).startswith(start)
    assert bound.page.evaluate("refused") == ASKED and free.page.evaluate("refused") == []
    bound.page.close()
    free.page.close()


@pytest.mark.browser
def test_nothing_is_refused_on_pages_of_every_kind(chromium, strict):
    for name in KINDS:
        page = visit(chromium, f"{strict}/{name}.html").page
        page.evaluate("globalThis.bluebook?.all()")
        assert page.evaluate("refused") == (ASKED if name == "index" else []), name  # which has a chart
        assert page.evaluate("[...document.images].every(image => { image.loading = 'eager'; return image.decode(); })")
        page.close()


@pytest.mark.browser
def test_it_opens_from_a_folder_that_allows_no_more(chromium, folder, tmp_path):
    (tmp_path / "en").mkdir()
    for path in [*folder.glob("*"), *(folder / "en").glob("*")]:
        place = tmp_path / path.relative_to(folder)
        if not place.exists():
            os.symlink(path, place)
    page = tmp_path / "en" / "strict.html"
    source = (folder / "en" / "00-start.html").read_text(encoding="utf-8")
    rule = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page.write_text(source.replace("<head>", f"<head>{rule}"), encoding="utf-8")
    seen = visit(chromium, page.as_uri(), 1)
    assert seen.page.evaluate("refused") == ASKED
    seen.page.close()


def test_what_stands_in_the_markup_of_a_page_becomes_files():
    sheet = '<link rel="stylesheet" href="../assets/site.css">'
    page = f"""<!DOCTYPE html><html><head>{sheet}<script type="application/ld+json">{{}}</script></head><body>
<style>p {{ margin: 0 }}</style><p class="a" style="color: red">one</p><p style="color: red">two</p>
<script>here();</script><img src="data:image/svg+xml;base64,PHN2Zy8+"></body></html>"""
    alone = "<!DOCTYPE html><html><head><style>b { margin: 0 }</style></head><body></body></html>"
    plain = "<p>as it is</p>"
    files = {"assets/site.css": "a { }\n", "en/a.html": page, "en/b.html": page, "en/c.html": alone, "d.html": plain}
    made = move_inline(files)
    start, rule, styled, end = made["assets/site.css"].split("\n")
    assert (start, rule, end) == ("a { }", "p { margin: 0 }", ""), "each once, after the own style of the pages"
    name = styled.partition(" ")[0].split(".")[1]
    assert styled == f".{name}.{name}.{name} {{ color: red }}"
    assert f'<p class="a {name}">one</p><p class="{name}">two</p>' in made["en/a.html"]
    (program,) = (path for path in made if path.endswith(".js"))
    assert made[program] == "here();" and f'<script src="../{program}"></script>' in made["en/b.html"]
    assert '<script type="application/ld+json">{}</script>' in made["en/a.html"], "no program: no policy refuses it"
    (picture,) = (path for path in made if path.endswith(".svg"))
    assert made[picture] == b"<svg/>" and f'src="{picture.removeprefix("en/")}"' in made["en/a.html"]
    (own,) = (path for path in made if path.endswith(".css") and path not in files)
    assert made[own] == "b { margin: 0 }" and f'href="../{own}"' in made["en/c.html"]
    assert made["d.html"] == plain
    assert "style" not in made["en/c.html"].replace("stylesheet", "") and "<style" not in made["en/a.html"]


def test_a_program_comes_without_its_remarks():
    made = classic("name", "// One.\nconst one = `//`; // one\n\n  // Two.\nexport default { one };\n")
    assert made == 'bluebook.programs["name"] = (() => {\nconst one = `//`; // one\n\nreturn { one };\n})();\n'


def test_a_program_that_cannot_be_a_script_is_told():
    made = classic("name", "// A remark.\nconst one = 1;\n  // Another.\nexport default { one };\n")
    assert made == 'bluebook.programs["name"] = (() => {\nconst one = 1;\nreturn { one };\n})();\n'
    for module in ('import one from "elsewhere";\nexport default { one };', "const one = 1;"):
        with pytest.raises(SiteError, match="needs one default export and no import"):
            classic("name", module)
