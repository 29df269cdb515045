"""Styles, programs and pictures as files: those that stand in the markup of a page, a strict policy refuses."""

from __future__ import annotations

import base64
import hashlib
import re

from bs4 import BeautifulSoup

__all__ = ["move_inline"]

SHEET, ICON = "assets/site.css", "assets/icon.svg"
WRITTEN = re.compile(r"<style|<script>|\sstyle=|=\"data:")
PICTURE = re.compile(r"data:image/(\w+)(?:\+xml)?;base64,(.*)", re.DOTALL)
SELF = "default-src 'self'"


def move_inline(files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    """The files of the site with every style, program and picture that stands in a page moved into a file.

    Sheets and styles of pages go to the end of their own sheet, in the order in which they are met; a page that has
    none, such as a worksheet, gets one. What is written into an element outweighs the rules of sheets, so its rule has
    a heavier selector. Programs stay in their places, by name. Data for machines are no programs, and never refused.

    Parameters
    ----------
    files
        By their path, with the sheet of all pages among them.
    """
    moved, added = dict(files), {}
    for path, page in files.items():
        if path.endswith(".html") and isinstance(page, str) and WRITTEN.search(page):
            soup = BeautifulSoup(page, "html.parser")
            rules = [*_sheets(soup), *_attributes(soup)]
            root = "../" * path.count("/")
            if soup.find("link", href=f"{root}{SHEET}"):
                added |= dict.fromkeys(rules)
            elif rules:
                sheet = "\n".join(rules)
                name = f"assets/{_short(sheet)}.css"
                moved[name] = sheet
                soup.head.append(soup.new_tag("link", attrs={"rel": "stylesheet", "href": f"{root}{name}"}))
            moved |= _programs(soup, root) | _pictures(soup, path.rpartition("/")[0])
            for icon in soup.find_all("link", rel="icon", href=re.compile("^data:")):
                icon["href"] = root + ICON
            if policy := soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"}):
                policy["content"] = SELF
            moved[path] = str(soup)
    moved[SHEET] = "\n".join([str(files[SHEET]).rstrip("\n"), *added, ""])
    return moved


def _short(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def _sheets(soup: BeautifulSoup) -> list[str]:
    return [sheet.extract().get_text().strip() for sheet in soup.find_all("style")]


def _attributes(soup: BeautifulSoup) -> list[str]:
    rules = []
    for element in soup.find_all(style=True):
        style = element.attrs.pop("style").strip()
        if style:
            name = f"s-{_short(style)}"
            element["class"] = [*element.get("class", ()), name]
            rules.append(f"{f'.{name}' * 3} {{ {style} }}")
    return rules


def _programs(soup: BeautifulSoup, root: str) -> dict[str, str]:
    """Programs that stand in a page, by the path of the file that each is moved to."""
    files = {}
    for script in soup.find_all("script", src=False, type=False):
        program = script.get_text()
        name = f"assets/{_short(program)}.js"
        script.string = ""
        script["src"] = root + name
        files[name] = program
    return files


def _pictures(soup: BeautifulSoup, folder: str) -> dict[str, bytes]:
    """Pictures that their page holds as addresses, by the path of the file that each is moved to."""
    files = {}
    for image in soup.find_all("img", src=PICTURE):
        kind, content = PICTURE.fullmatch(image["src"]).groups()
        name = f"{_short(content)}.{kind}"
        image["src"] = name
        files[f"{folder}/{name}"] = base64.b64decode(content)
    return files
