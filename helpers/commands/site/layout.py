"""What every page of the site has around it: head, navigation, links to other languages, foot, public address."""

from __future__ import annotations

import dataclasses
import functools
import json
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from ...language import fill, speaking, text, texts
from ...tables import load
from ...versions import PROJECT
from ..project import project_url
from ..routes import Step
from .npm import SiteError
from .pictures import HEIGHT, WIDTH, Picture
from .tongues import mark_languages

__all__ = ["Card", "Page", "Section", "cited", "home", "layout", "publish", "repository"]

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT = "en"  # the language of the page at the root of the site

layout = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)
layout.globals["text"] = text


class Section(NamedTuple):
    """A section of a page: its id, its heading, and of each question in it the name and how many options it has."""

    id: str
    heading: str
    asked: tuple[Any, ...] = ()


class Card(NamedTuple):
    """The picture on the card of a page: its path and its size in pixels."""

    path: str
    width: int
    height: int


@dataclasses.dataclass
class Page:
    """One page: where it stands, what it is called, and what is on it.

    ``scripts`` are the paths of programs that it needs besides those of all pages, ``data`` what it tells to machines,
    ``routes`` are those through it by their minutes, ``before`` and ``after`` its neighbours where they are not those
    of the navigation. ``card`` is the picture on the card of a notebook, ``shared`` the picture that networks show
    beside a link to the page. ``frame`` is the template that stands around it.
    """

    path: str
    short: str
    heading: str
    description: str
    body: str = ""
    contents: list[Section] = dataclasses.field(default_factory=list)
    run: str = ""
    worksheet: str = ""
    card: Card | None = None
    routes: dict[int, list[Step]] = dataclasses.field(default_factory=dict)
    shared: Picture | None = None
    scripts: tuple[str, ...] = ()
    data: str = ""
    before: Page | None = None
    after: Page | None = None
    frame: str = "page.html"

    @property
    def language(self) -> str:
        """Code of its language."""
        return self.path.split("/")[0] if "/" in self.path else DEFAULT

    @property
    def root(self) -> str:
        """The way from it to the root of the site."""
        return "../" * self.path.count("/")

    @property
    def stem(self) -> str:
        """The name of its file, which is that of its notebook."""
        return self.path.rpartition("/")[2].removesuffix(".html")

    @property
    def widgets(self) -> bool:
        """Whether it holds widgets."""
        return 'data-view="' in self.body

    @property
    def asks(self) -> bool:
        """Whether it holds questions."""
        return "stand-in-question" in self.body


def publish(
    listed: dict[str, list[Page]], more: dict[str, list[Page]], public: str | None = None
) -> dict[str, str | bytes]:
    """Every page as a whole, and with a public address the pictures for shared links, by path.

    Parameters
    ----------
    listed
        For each language the pages of the navigation, in order.
    more
        For each language the pages that the navigation does not list.
    public
        The public address of the site; without it, that of the project's description, which may have none.
    """
    public = project_url("Site") if public is None else public
    paths = {page.path for part in (listed, more) for pages in part.values() for page in pages}
    files: dict[str, str | bytes] = {}
    for code, pages in listed.items():
        with speaking(code):
            for page in [*pages, *more.get(code, ())]:
                files[page.path] = _whole(page, pages, [other for other in listed if other != code], paths, public)
                if public and page.shared:
                    files[page.shared.path] = page.shared.content
    return files


def _whole(page: Page, pages: list[Page], others: list[str], paths: set[str], public: str) -> str:
    """A page with head, navigation and foot."""
    at = pages.index(page) if page in pages else None
    twins = [(other, _twin(page, other), _name(other)) for other in others]
    return layout.get_template(page.frame).render(
        page=page,
        body=Markup(mark_languages(page.body, page.language)),
        data=Markup(page.data),
        pages=pages,
        others=[(code, path, name) for code, path, name in twins if path in paths or page.path == home(page.language)],
        before=page.before or (pages[at - 1] if at else None),
        after=page.after or (pages[at + 1] if at is not None and at + 1 < len(pages) else None),
        onward=_onward(page, [other for other in pages if other.run]),
        root=page.root,
        home=home(page.language),
        public=public and f"{public.rstrip('/')}/",
        size=(WIDTH, HEIGHT),
        words=texts("site"),
        told=json.dumps(texts("site.waking"), ensure_ascii=False),
        repository=repository(),
        citation=Markup(mark_languages(escape(_citation(page, public)), page.language)) if page.run else "",
    )


def cited(path: str, public: str, day: str) -> dict[str, str]:
    """What a citation names of a page: authors, version, the day of its last check, its address or the project's."""
    about = metadata.metadata(PROJECT)
    address = f"{public.rstrip('/')}/{path}" if public else repository()
    return {
        "author": about["Author"], "version": about["Version"], "day": day, "year": day[:4], "address": address,
    }  # fmt: skip


def _citation(page: Page, public: str) -> str:
    """How to cite the page of a notebook, with the day when a claim was last checked."""
    day = max([load("bluebook_evidence").checked_on.max(), load("corrections").date.max()])
    words = texts("site")
    return fill(words["cite"], site=words["site"], heading=page.heading, **cited(page.path, public, day))


def _onward(page: Page, notebooks: list[Page]) -> list[Page]:
    """Where the reader of a notebook goes on: the notebook after it, and the last, where one checks a claim oneself."""
    rest = notebooks[notebooks.index(page) + 1 :] if page in notebooks else []
    return [*rest[:1], *rest[1:][-1:]]


def repository() -> str:
    """The public address of the project.

    Raises
    ------
    SiteError
        If the installed package names none.
    """
    if address := project_url("Repository"):
        return address
    raise SiteError("The installed package names no repository: install it again with pip install -e .")


@functools.cache
def _name(code: str) -> str:
    """What a language calls itself."""
    with speaking(code):
        return text("site.language")


def home(code: str) -> str:
    """The path of the first page of a language."""
    return "index.html" if code == DEFAULT else f"{code}/index.html"


def _twin(page: Page, code: str) -> str:
    """The path of the same page in another language."""
    return home(code) if page.path == home(page.language) else f"{code}/{page.path.partition('/')[2]}"
