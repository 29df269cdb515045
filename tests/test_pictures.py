"""The pictures that networks show beside a shared link."""

import io
from colorsys import rgb_to_hls
from importlib import metadata

import nbformat
import pytest
from bs4 import BeautifulSoup
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from helpers.commands.site import SiteError, pictures
from helpers.commands.site.pages import Printed, make_pages
from helpers.commands.site.stand_ins import Programs
from helpers.language import speaking, text
from helpers.palette import BLUE, DARKER, JAPAN, VERDICTS
from helpers.tables import labels, load

LANGUAGES = ("en", "ja")
PUBLIC = "https://example.org/bluebook/"
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="600" height="300" viewBox="0 0 600 300">'
    '<rect width="600" height="300" fill="#ff0000"/></svg>'
)


@pytest.fixture(scope="module")
def drawn():
    """The pictures of all verdicts, by language."""
    made = {}
    for code in LANGUAGES:
        with speaking(code):
            made[code] = pictures.verdict_pictures(load("bluebook_claims"))
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Every file of a site with a public address and one notebook."""
    return make(tmp_path_factory.mktemp("notebooks"), PUBLIC)


def make(folder, public):
    path = folder / "en" / "01-oda.ipynb"
    cell = nbformat.v4.new_markdown_cell("# Aid in figures\n\n**The question:** is it much?", id="title")
    paper = {path: Printed(picture=CHART, caption="A square, US$ billion")}
    return make_pages({path: nbformat.v4.new_notebook(cells=[cell])}, paper, folder, Programs(), public)


def pixels(png):
    """Red, green and blue of every pixel, from 0 to 1."""
    return imread(io.BytesIO(png))[:, :, :3]


def has(picture, color):
    """How many pixels have a colour."""
    return int((abs(picture - to_rgb(color)).max(axis=2) < 0.01).sum())


def luminance(color):
    """The relative luminance of WCAG 2."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_picture_has_the_size_that_networks_ask_for_is_light_and_cuts_nothing_off(drawn, code):
    files = {pair: picture.content for pair, picture in drawn[code].items()}
    assert len(set(files.values())) == len(files), "each says something else"
    for (verdict, strength), content in files.items():
        seen = pixels(content)
        assert seen.shape == (630, 1200, 3) and len(content) < 80_000, (verdict, strength)
        assert has(seen, VERDICTS[verdict]) > 20 * 1200 + 10_000, "the bar at the top, and the verdict"
        below = seen[21:]
        assert has(below, pictures.INK) > 1000, "words"
        assert below[:, 1150:].min() > 0.99 and below[:, :60].min() > 0.99 and below[-20:].min() > 0.99, verdict


def test_words_on_a_picture_and_names_of_lines_have_contrast():
    for color in [*VERDICTS.values(), *DARKER.values(), pictures.INK, pictures.GREY]:
        assert 1.05 / (luminance(color) + 0.05) > 4.5, color


def test_marks_have_contrast_with_paper():
    for color in DARKER:
        assert 1.05 / (luminance(color) + 0.05) > 3, color


def test_no_verdict_has_the_colour_of_japan():
    for color in VERDICTS.values():
        hue, _, saturation = rgb_to_hls(*to_rgb(color))
        apart = abs(hue - rgb_to_hls(*to_rgb(JAPAN))[0]) * 360
        assert saturation < 0.1 or min(apart, 360 - apart) > 40, color


def test_every_claim_has_the_picture_of_its_verdict_in_its_language(drawn):
    ledger = load("bluebook_claims")
    for code in LANGUAGES:
        with speaking(code):
            verdicts, strengths = labels("bluebook_claims", "verdict"), labels("bluebook_claims", "strength")
        assert set(drawn[code]) == set(zip(ledger.verdict, ledger.strength, strict=True))
        for (verdict, strength), picture in drawn[code].items():
            assert picture.path == f"{code}/pictures/{verdict}-{strength}.png"
            assert verdicts[verdict] in picture.words and strengths[strength] in picture.words
    assert not {p.content for p in drawn["en"].values()} & {p.content for p in drawn["ja"].values()}


def test_pages_name_their_picture(site, drawn):
    ledger = load("bluebook_claims").set_index("claim_id")
    for path, content in site.items():
        if not path.endswith(".html"):
            continue
        soup = BeautifulSoup(content, "html.parser")
        said = {tag.get("property") or tag.get("name"): tag["content"] for tag in soup.find_all("meta", content=True)}
        assert said["og:image"].startswith(PUBLIC) and said["twitter:card"] == "summary_large_image", path
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
        file = said["og:image"].removeprefix(PUBLIC)
        assert site[file].startswith(pictures.SIGNATURE), "networks take PNG"
        claim = path.removeprefix("en/claims/").removesuffix(".html")
        if claim in ledger.index:
            picture = drawn["en"][ledger.verdict[claim], ledger.strength[claim]]
            assert (file, said["og:image:alt"]) == (picture.path, picture.words)
            assert site[file] == picture.content
            assert claim in said["og:title"] and ledger.text[claim] in said["og:title"], "the words stand beside it"
        else:
            assert file == "en/pictures/01-oda.png", path
            assert "Aid in figures" in said["og:image:alt"] and "US$ billion" in said["og:image:alt"]


def test_without_a_public_address_there_are_no_pictures_for_links(tmp_path):
    files = make(tmp_path, "")
    assert not [path for path in files if path.endswith(".png")]
    assert not any('"og:image' in text or "twitter:" in text for path, text in files.items() if path.endswith(".html"))


def test_the_picture_of_a_notebook_is_its_heading_above_its_chart(site):
    seen = pixels(site["en/pictures/01-oda.png"])
    assert seen.shape == (630, 1200, 3)
    chart = (abs(seen - (1, 0, 0)).max(axis=2) < 0.01).nonzero()
    top, bottom, left, right = chart[0].min(), chart[0].max(), chart[1].min(), chart[1].max()
    assert abs((right - left) / (bottom - top) - 2) < 0.02, "it keeps its shape"
    assert bottom - top > 350 and bottom < 620 and has(seen[21:top], pictures.INK) > 500
    assert has(seen[:20], BLUE) == 20 * 1200


def test_the_page_of_a_notebook_says_how_to_cite_it(site):
    said = BeautifulSoup(site["en/01-oda.html"], "html.parser").select_one(".about .citation").get_text()
    day = max(*load("bluebook_evidence").checked_on, *load("corrections").date)
    for part in (
        metadata.metadata("bluebook-notebooks")["Author"],
        day[:4],
        "Aid in figures",
        f"{PUBLIC}en/01-oda.html",
    ):
        assert part in said
    assert f"version {metadata.version('bluebook-notebooks')}" in said
    assert not BeautifulSoup(site["index.html"], "html.parser").select(".citation")


@pytest.mark.parametrize("code", LANGUAGES)
def test_lines_keep_all_words_and_break_where_the_language_does(code):
    with speaking(code):
        reasons = [*load("bluebook_claims").reason, text("site.lead")]
    for words in reasons:
        lines = pictures.break_lines(words, 34, 700)
        assert "".join("".join(lines).split()) == "".join(words.split())
        assert all(pictures.width_of(line, 34) <= 700 for line in lines), lines
        assert not any(line[0] in pictures.NOT_FIRST or line[-1] in pictures.NOT_LAST for line in lines), lines
        if words.isascii():
            assert " ".join(lines) == " ".join(words.split())


def test_a_language_without_a_font_is_told():
    with pytest.raises(SiteError, match="No font"):
        pictures._check_letters("abc\U0010fffd")
    pictures._check_letters("確認")


def test_packing_keeps_every_pixel():
    plain = pictures.vl_convert.svg_to_png(CHART)
    packed = pictures.pack(plain)
    assert len(packed) < len(plain) and (imread(io.BytesIO(packed)) == imread(io.BytesIO(plain))).all()
