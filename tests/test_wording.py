"""Pages, where nothing runs, do not speak of running cells, but that of the project, which is done in Jupyter."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from lab import ROOT

RUNS = {
    "en": r"\brun (?:the|this|all|any|it)\b[^.]*\bcells?\b|Run All Cells|\bkernel\b|three dots|\bin any cell\b",
    "ja": "セルを実行|セルは|次のセル|どのセル|すべてのセル|カーネル|3つの点|Run All Cells",
}
SELDOM = "details.program, .program, script, style, #corrections-list, [data-words]"  # the list says what was wrong


@pytest.mark.browser  # as the site is made for these tests
@pytest.mark.parametrize("code", RUNS)
def test_no_page_tells_its_reader_to_run_a_cell(folder, code):
    pages = sorted({*folder.glob(f"{code}/0*.html"), *folder.glob("index.html")})
    assert len(pages) >= 7
    for page in pages:
        main = BeautifulSoup(page.read_text("utf-8"), "html.parser").find("main")
        for part in main.select(SELDOM):
            part.extract()
        assert re.findall(RUNS[code], main.get_text(" "), re.IGNORECASE) == [], page.name


@pytest.mark.parametrize("code", RUNS)
def test_a_notebook_says_what_runs_in_cells_that_pages_leave_out(code):
    for path in sorted((ROOT / "notebooks" / code).glob("0*.ipynb")):
        kept = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
        told = [cell for cell in kept if "jupyter" in cell.metadata.get("tags", ()) or cell.id == "run"]
        assert any(re.search(RUNS[code], cell.source) for cell in told), path.name
        for cell in kept:
            assert cell in told or not re.search(RUNS[code], cell.source, re.IGNORECASE), (path.name, cell.id)
