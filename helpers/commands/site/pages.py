"""The pages of the static edition: what each notebook, guide and table becomes, with head, navigation and foot."""

from __future__ import annotations

import copy
import dataclasses
import functools
import html
import re
from importlib import metadata
from pathlib import Path
from typing import Any

import jinja2
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html

from ...language import speaking, text, texts
from ...markup import Html
from ...start import corrections, glossary
from .library import Library
from .npm import SiteError

__all__ = ["Page", "Printed", "make_pages"]

TEMPLATES = Path(__file__).parent / "templates"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
DEFAULT = "en"  # the language of the page at the root of the site
# What a page cannot do: an exercise that waits for code, the check of the reader's own machine.
NEEDS_PYTHON = re.compile(r"^(answer = \.\.\.|checkup\(\))", re.MULTILINE)


@dataclasses.dataclass
class Page:
    """One page: where it stands, what it is called, and what is on it."""

    path: str
    short: str
    heading: str
    description: str
    body: str = ""
    contents: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    run: str = ""
    worksheet: str = ""
    answers: str = ""
    picture: str = ""

    @property
    def language(self) -> str:
        """Code of its language."""
        return self.path.split("/")[0] if "/" in self.path else DEFAULT

    @property
    def widgets(self) -> bool:
        """Whether it holds widgets."""
        return WIDGET_STATE in self.body


@dataclasses.dataclass
class Printed:
    """What is made of a notebook for paper; start page and project have no worksheet."""

    worksheet: str = ""
    answers: str = ""
    picture: bytes = b""


def make_pages(
    executed: dict[Path, Any], printed: dict[Path, Printed], notebooks: Path, library: Library
) -> dict[str, str]:
    """Every file of the site but the library, by its path."""
    files, site = {}, {}
    for code in dict.fromkeys(path.parent.name for path in executed):
        with speaking(code):
            mine = [path for path in executed if path.parent.name == code]
            site[code] = [_notebook_page(path, executed[path], library) for path in mine]
            for path, page in zip(mine, site[code], strict=True):
                files |= _add_paper(page, path.stem, printed[path])
            guide = notebooks / code / "teaching-guide.md"
            if guide.exists():
                site[code].append(_guide_page(guide))
            site[code] += [_table_page(code, "glossary", glossary()), _table_page(code, "corrections", corrections())]
    for code, pages in site.items():
        with speaking(code):
            files |= {page.path: _whole(page, pages, site) for page in [_index(code, pages), *pages]}
    return files


def _add_paper(page: Page, stem: str, paper: Printed) -> dict[str, str]:
    """Worksheet, answer key and picture of a notebook by their path; the page gets links to them."""
    files, code = {}, page.language
    if paper.worksheet:
        place = f"{code}/worksheets/{stem}"
        page.worksheet, page.answers = f"{place}.html", f"{place}-answers.html"
        files |= {page.worksheet: paper.worksheet, page.answers: paper.answers}
    if paper.picture:
        page.picture = f"{code}/pictures/{stem}.svg"
        files[page.picture] = paper.picture.decode()
    return files


def _notebook_page(path: Path, notebook: Any, library: Library) -> Page:
    words, name = texts("site"), f"{path.parent.name}/{path.stem}"
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "run"]  # how to start it in JupyterLab
    for cell in notebook.cells:
        if cell.cell_type == "code" and NEEDS_PYTHON.search(cell.source):
            cell.metadata["needs_python"], cell.outputs = True, []
    states = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    library.take(states)
    address = _binder(f"notebooks/{name}.ipynb")
    exporter = HTMLExporter(
        template_name="cells",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        language_code=path.parent.name,
    )
    body, _ = exporter.from_notebook_node(notebook, {"words": words, "run": address})
    heading, question = _opening(notebook.cells[0].source)
    body, contents = _arranged(body)
    return Page(f"{name}.html", _short(path.stem, heading), heading, question, body, contents, run=address)


def _opening(source: str) -> tuple[str, str]:
    """Heading and question of a notebook, without markup."""
    heading, question, *_ = source.removeprefix("# ").split("\n\n")
    plain = BeautifulSoup(markdown2html(question), "html.parser").get_text().strip()
    asked = plain.partition(": ")[2] or plain
    return heading, asked[:1].upper() + asked[1:]


def _short(stem: str, heading: str) -> str:
    return texts("site.short").get(stem, heading)


def _guide_page(path: Path) -> Page:
    words, source = texts("site"), path.read_text(encoding="utf-8")
    body, contents = _arranged(markdown2html(source))
    code = path.parent.name
    return Page(f"{code}/{path.stem}.html", words["guide"], words["guide"], words["guide_about"], body, contents)


def _table_page(code: str, name: str, table: Html) -> Page:
    """A page of one table, such as the glossary."""
    words = texts("site")
    heading = words[name]
    body, _ = _arranged(f"<h1>{html.escape(heading)}</h1><p>{html.escape(words[f'{name}_about'])}</p>{table.markup}")
    return Page(f"{code}/{name}.html", heading, heading, words[f"{name}_about"], body)


def _arranged(body: str) -> tuple[str, list[tuple[str, str]]]:
    """A body with links that lead to pages, wide tables that scroll, and the list of its sections."""
    soup = BeautifulSoup(body, "html.parser")
    for heading in soup.find_all(["h1", "h2", "h3", "h4"]):
        for anchor in heading.find_all("a", class_="anchor-link"):
            anchor.decompose()
        named = heading.find("a", id=True)  # a heading may hold an id that is the same in every language
        name = named.extract()["id"] if named else heading.get_text()
        heading["id"] = "h-" + re.sub(r"\W+", "-", name.strip().lower()).strip("-")
    for link in soup.find_all("a", href=True):
        link["href"] = _address(link["href"])
    for table in soup.find_all("table"):
        if not table.find_parent(attrs={"role": "region"}):
            caption = table.find("caption") or table.find("th")
            label = caption.get_text().strip() if caption else text("site.table")
            region = {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": label}
            table.wrap(soup.new_tag("div", attrs=region))
    contents = [(h2["id"], h2.get_text().strip()) for h2 in soup.find_all("h2")]
    return str(soup), contents


def _address(link: str) -> str:
    """Where a link of a notebook leads on the site."""
    file, _, place = link.partition("#")
    if "://" in file:
        return link
    place = place.removeprefix("cell-id=") if place.startswith("cell-id=") else place and f"h-{place.lower()}"
    if file.startswith("../../"):
        return f"{_repository()}/blob/HEAD/{file.removeprefix('../../')}"
    file = re.sub(r"\.(ipynb|md)$", ".html", file)
    return f"{file}#{place}" if place else file


@functools.cache
def _repository() -> str:
    """The public address of the project, which stands in pyproject.toml."""
    for entry in metadata.metadata("bluebook-notebooks").get_all("Project-URL"):
        name, _, address = entry.partition(", ")
        if name == "Repository":
            return address
    raise SiteError("The installed package names no repository: install it again with pip install -e .")


def _binder(path: str) -> str:
    owner_and_name = "/".join(_repository().split("/")[-2:])
    return f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/{path}"


_layout = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)


def _whole(page: Page, pages: list[Page], site: dict[str, list[Page]]) -> str:
    """A page with head, navigation and foot."""
    at = pages.index(page) if page in pages else None
    twins = [_twin(page, code, site[code]) for code in site if code != page.language]
    return _layout.get_template("page.html").render(
        page=page,
        body=Markup(page.body),
        pages=pages,
        others=[(twin, _name(twin.language)) for twin in twins if twin],
        before=pages[at - 1] if at else None,
        after=pages[at + 1] if at is not None and at + 1 < len(pages) else None,
        root="../" * page.path.count("/"),
        home=_home(page.language),
        words=texts("site"),
        repository=_repository(),
    )


@functools.cache
def _name(code: str) -> str:
    """What a language calls itself."""
    with speaking(code):
        return text("site.language")


def _home(code: str) -> str:
    return "index.html" if code == DEFAULT else f"{code}/index.html"


def _twin(page: Page, code: str, pages: list[Page]) -> Page | None:
    """The same page in another language."""
    if page.path == _home(page.language):
        return Page(_home(code), "", "", "")
    return next((other for other in pages if Path(other.path).name == Path(page.path).name), None)


def _index(code: str, pages: list[Page]) -> Page:
    words, path = texts("site"), _home(code)
    body = _layout.get_template("index.html").render(
        words=words,
        root="../" * path.count("/"),
        cards=[page for page in pages if page.picture],
        rest=[page for page in pages if not page.picture],
    )
    return Page(path, words["site"], words["title"], words["description"], body)
