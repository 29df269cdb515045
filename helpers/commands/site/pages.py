"""The pages of the static edition: what each notebook, guide and table becomes, with head, navigation and foot."""

from __future__ import annotations

import copy
import dataclasses
import html
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html

from ...language import speaking, text, texts
from ...markup import Html
from ...start import corrections, glossary
from ...tables import PACKAGE
from ..project import project_url
from ..routes import read_routes
from ..stills import Still
from .claims import claim_pages, link_claims
from .classroom import class_pages
from .embeds import Chart, embed_pages
from .entries import find_entries, name_terms
from .fields import add_fields
from .folds import find_waiting
from .form import PROJECT, form_files, place_form
from .front import first_page
from .heights import note_heights
from .layout import TEMPLATES, Card, Page, Section, publish, repository
from .lessons import lesson_pages
from .pictures import chart_picture
from .stand_ins import Place, Programs, read_places, still_files
from .views import View

__all__ = ["Printed", "data_files", "make_pages"]

ELSEWHERE = ("run", "routes")  # how to start it in JupyterLab, and what a page has at its top
LONG = re.compile(r'class="[^"]*\bbluebook-long\b[^>]* aria-label="([^"]*)"')  # of a list of many rows
BESIDE = re.compile(r"<code>(\w+\.html)</code>")  # pages of the site that the guide names; its repository has none


@dataclasses.dataclass
class Printed:
    """What is made of a notebook for paper, its first chart with a line that says what it shows, and views of claims.

    ``sheets`` are worksheets and answer keys by the names of their files; start page and project have none. ``stills``
    are the narrow and the wide still of each explorer.
    """

    sheets: dict[str, str] = dataclasses.field(default_factory=dict)
    picture: str = ""
    caption: str = ""
    stills: dict[str, tuple[Still, Still]] = dataclasses.field(default_factory=dict)
    views: dict[str, View] = dataclasses.field(default_factory=dict)


def make_pages(
    executed: dict[Path, Any],
    printed: dict[Path, Printed],
    notebooks: Path,
    programs: Programs,
    public: str | None = None,
) -> dict[str, str | bytes]:
    """Every file of the site but the library, by its path."""
    public = project_url("Site") if public is None else public
    files, site, more = data_files(), {}, {}
    for code in dict.fromkeys(path.parent.name for path in executed):
        with speaking(code):
            mine = [path for path in executed if path.parent.name == code]
            site[code], charts = [], {}
            for path in mine:
                add_fields(executed[path])
                page, beside, places = _notebook_page(path, executed[path], printed[path].stills, programs)
                site[code].append(page)
                stills = printed[path].stills
                charts |= {one.name: Chart(page, one, stills[one.name][1]) for one in places if one.name in stills}
                files |= beside | _add_paper(page, path.stem, printed[path])
                if public and printed[path].picture:
                    place = f"{code}/pictures/{path.stem}.png"
                    page.shared = chart_picture(place, page.heading, printed[path].caption, printed[path].picture)
            guide, lessons = notebooks / code / "teaching-guide.md", []
            if guide.exists():
                plans = _guide_page(guide, [name for each in mine for name in printed[each].sheets])
                site[code].append(plans)
                lessons = lesson_pages(plans)
            views = {claim: (path.stem, view) for path in mine for claim, view in printed[path].views.items()}
            about, more[code] = claim_pages(code, {path.stem: executed[path].cells for path in mine}, public, views)
            tables = [_table_page(code, "glossary", glossary()), _table_page(code, "corrections", corrections())]
            told = guide.read_text(encoding="utf-8") if guide.exists() else ""
            headings = {page.stem: page.heading for page in site[code]}
            classes, script = class_pages(code, {path.stem: executed[path] for path in mine}, headings, told)
            files |= script
            site[code] += [*tables, *about, *classes]
            files[f"{code}/entries.js"] = find_entries(site[code])
            more[code] = [first_page(code, site[code], charts), *more[code], *lessons, *embed_pages(code, charts)]
            for page in [*site[code], *more[code]]:  # those without a picture of their own have that of the first page
                page.shared = page.shared or site[code][0].shared
    return files | publish(site, more, public)


def data_files() -> dict[str, str | bytes]:
    """The data package of the project as it is, by path: every table, and their description."""
    tables = {f"data/{resource['path']}": PACKAGE.read(resource) for resource in PACKAGE.resources.values()}
    return tables | {"data/datapackage.json": (PACKAGE.folder / "datapackage.json").read_bytes()}


def _add_paper(page: Page, stem: str, paper: Printed) -> dict[str, str]:
    """Worksheets and answer keys of a notebook by their path; its page gets a link to the sheet and a picture."""
    code = page.language
    files = {f"{code}/worksheets/{name}": sheet for name, sheet in paper.sheets.items()}
    page.worksheet = f"{code}/worksheets/{stem}.html" if files else ""
    for name, (narrow, _) in paper.stills.items():
        page.card = page.card or Card(f"{code}/stills/{stem}/{name}-narrow.svg", narrow.width, narrow.height)
    return files


def _notebook_page(
    path: Path, notebook: Any, stills: dict[str, tuple[Still, Still]], programs: Programs
) -> tuple[Page, dict[str, str | bytes], list[Place]]:
    """The page of a notebook, the files beside it by their path (states of its widgets, stills), and its widgets."""
    words, code = texts("site"), path.parent.name
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ELSEWHERE and not _runs(cell)]
    waiting = find_waiting(notebook.cells)
    for cell in notebook.cells:
        cell.metadata["waits"] = waiting.get(cell.id)
        for output in cell.get("outputs", ()):
            if named := LONG.search(output.get("data", {}).get("text/html", "")):
                output.data["text/html"] = _folded(named[1], named.string)
    places = read_places(notebook, path.stem, stills)
    files: dict[str, str | bytes] = {
        f"{code}/{name}": picture for name, picture in still_files(path.stem, stills).items()
    }
    for place in places:
        programs.take(place.states)
        files[f"{code}/{place.file}"] = files.get(f"{code}/{place.file}", "") + place.script
    address = _binder(f"notebooks/{code}/{path.stem}.ipynb")
    exporter = HTMLExporter(
        template_name="cells",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        language_code=code,
    )
    stand_ins = {place.model: place.stand_in for place in places}
    body, _ = exporter.from_notebook_node(notebook, {"words": words, "stand_ins": stand_ins})
    heading, question = _opening(notebook.cells[0].source)
    if path.stem == PROJECT:
        body = place_form(body, address)
        files |= form_files()
    body, contents = _arranged(body)
    short = _short(path.stem, heading)
    page = Page(f"{code}/{path.stem}.html", short, heading, question, body, contents, run=address)
    page.routes = read_routes(path.stem)
    page.scripts = (f"assets/project-{code}.js",) if path.stem == PROJECT else ()
    return page, files, places


def _folded(name: str, table: str) -> str:
    """A long list below its name, to be opened: nobody reads on through all of its rows, or walks its links."""
    return f'<details class="list"><summary>{name}</summary>{table}</details>'


def _runs(cell: Any) -> bool:
    """Whether a cell makes sense only where cells run."""
    return "jupyter" in cell.metadata.get("tags", ())


def _opening(source: str) -> tuple[str, str]:
    """Heading and question of a notebook, without markup."""
    heading, question, *_ = source.removeprefix("# ").split("\n\n")
    plain = BeautifulSoup(markdown2html(question), "html.parser").get_text().strip()
    asked = re.split("[:：] *", plain, maxsplit=1)[-1]
    return heading, asked[:1].upper() + asked[1:]


def _short(stem: str, heading: str) -> str:
    return texts("site.short").get(stem, heading)


def _guide_page(path: Path, sheets: Iterable[str]) -> Page:
    words, source = texts("site"), path.read_text(encoding="utf-8")
    body, contents = _arranged(BESIDE.sub(r'<a href="\1">\1</a>', markdown2html(source)), sheets)
    code = path.parent.name
    return Page(f"{code}/{path.stem}.html", words["guide"], words["guide"], words["guide_about"], body, contents)


def _table_page(code: str, name: str, table: Html) -> Page:
    """A page of one table, such as the glossary."""
    words = texts("site")
    heading = words[name]
    body, _ = _arranged(f"<h1>{html.escape(heading)}</h1><p>{html.escape(words[f'{name}_about'])}</p>{table.markup}")
    if name == "glossary":
        body = name_terms(body)
    return Page(f"{code}/{name}.html", heading, heading, words[f"{name}_about"], body)


def _arranged(body: str, worksheets: Iterable[str] = ()) -> tuple[str, list[Section]]:
    """A body with links that lead to pages, wide tables that scroll, and the list of its sections.

    In the guide, worksheets and their keys are linked below the heading of their plan, or of the answers.
    """
    soup = BeautifulSoup(body, "html.parser")
    for heading in soup.find_all(["h1", "h2", "h3", "h4"]):
        for anchor in heading.find_all("a", class_="anchor-link"):
            anchor.decompose()
        named = heading.find("a", id=True)  # a heading may hold an id that is the same in every language
        name = named.extract()["id"] if named else heading.get_text()
        heading["id"] = "h-" + re.sub(r"\W+", "-", name.strip().lower()).strip("-")
    for link in soup.select("a[href]:not(.stand-in-note)"):  # that of a stand-in leads there already
        link["href"] = _address(link["href"])
    for table in soup.find_all("table"):
        if not table.find_parent(attrs={"role": "region"}):
            heads = (head.get_text().strip() for head in table.select("caption, th"))
            label = next(filter(None, heads), text("site.table"))
            region = {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": label}
            table.wrap(soup.new_tag("div", attrs=region))
    for table in soup.select(".list table"):  # where they stand one below the other, cells need their heads
        heads = [head.get_text() for head in table.select("thead th")]
        for row in table.select("tbody tr"):
            for head, cell in zip(heads, row.find_all("td", recursive=False), strict=True):
                cell["data-head"] = head
    sheets = set()
    for sheet in soup.find_all("style"):
        sheet.extract() if sheet.get_text() in sheets else sheets.add(sheet.get_text())
    link_claims(soup)
    _link_sheets(soup, worksheets)
    note_heights(soup)
    return str(soup), list(_sections(soup))


def _sections(soup: BeautifulSoup) -> Iterator[Section]:
    """The sections of a page, each with the questions that stand below its heading."""
    for part in soup.find_all("h2"):
        below = itertools.takewhile(lambda tag: tag.name != "h2", part.find_all_next(["h2", "div"]))
        asked = tuple(json.loads(tag["data-asked"]) for tag in below if tag.has_attr("data-asked"))
        yield Section(part["id"], part.get_text().strip(), asked)


def _link_sheets(soup: BeautifulSoup, worksheets: Iterable[str]) -> None:
    """Links to worksheets and keys, in the order given, below the headings of the guide that they belong to."""
    for name in worksheets:
        stem, length, kind = re.fullmatch(r"(\d+-[a-z]+)-?(\d*)(-?answers)?\.html", name).groups()
        heading = soup.find(id=f"h-{stem}-in-{length}-minutes" if length else f"h-{stem}-answers")
        if not heading:
            continue
        place = heading.find_next_sibling()
        if "sheets" not in place.get("class", ()):
            place = soup.new_tag("p", attrs={"class": "sheets"})
            heading.insert_after(place)
        else:
            place.append(" · ")
        link = soup.new_tag("a", href=f"worksheets/{name}")
        link.string = text("site.answers" if kind else "site.worksheet")
        place.append(link)


def _address(link: str) -> str:
    """Where a link of a notebook leads on the site."""
    file, _, place = link.partition("#")
    if "://" in file:
        return link
    place = place.removeprefix("cell-id=") if place.startswith("cell-id=") else place and f"h-{place.lower()}"
    if file.startswith("../../"):
        return f"{repository()}/blob/HEAD/{file.removeprefix('../../')}"
    file = re.sub(r"\.(ipynb|md)$", ".html", file)
    return f"{file}#{place}" if place else file


def _binder(path: str) -> str:
    owner_and_name = "/".join(repository().split("/")[-2:])
    return f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/{path}"
