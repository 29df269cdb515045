"""A page with nothing but "Show the numbers", and what somebody does who copies from it."""

import json

from helpers.explorer import FOLDER, join_modules
from helpers.language import use
from helpers.tables import load


def write_numbers(place, language="en"):
    """A page with nothing but the countries as "Show the numbers" shows them; gives its address."""
    use(language)
    names = load("countries").name.tolist()
    program = join_modules(*(FOLDER / f"{name}.js" for name in ("dom", "drawing", "table")))
    style = (FOLDER / "explorer.css").read_text(encoding="utf-8")
    columns = [{"field": "rank", "title": "Rank", "format": "d"}, {"field": "name", "title": "Country", "format": ""}]
    settings = {"language": language, "columns": columns, "words": {"numbers": "Numbers"}, "meanings": []}
    page = f"""<!DOCTYPE html><meta charset="utf-8"><title>Numbers</title><style>{style}</style>
        <div class="explorer-numbers"></div><textarea></textarea><script>{program}
        const rows = {names!r}.map((name, i) => ({{ rank: i + 1, name }}));
        const place = document.querySelector(".explorer-numbers");
        const numbers = new Numbers({{ rows: () => rows }}, place, JSON.parse({json_text(settings)}));
        numbers.update();
        </script>"""
    file = place / f"numbers-{language}.html"
    file.write_text(page, encoding="utf-8")
    return file.as_uri()


def json_text(value):
    """A value as a text of JavaScript that holds it as JSON."""
    return json.dumps(json.dumps(value))


SELECT = """() => {
    const [table, last] = ["table", "tbody tr:nth-child(2)"].map((part) => document.querySelector(part));
    getSelection().setBaseAndExtent(table.tHead, 0, last, last.childNodes.length);
}"""
PASTED = "() => document.querySelector('textarea').value"
FOCUS = "() => document.querySelector('textarea').focus()"
COPIED = ["Rank\tCountry", "1\t", "2\t"]


def begins(text):
    return [line[: len(start)] for line, start in zip(text.strip().splitlines(), COPIED, strict=True)]
