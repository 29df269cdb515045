"""What must hold for any file, answer and figure: hypothesis looks for one for which it does not."""

import csv
import io
import math
import re
import shutil
from pathlib import Path

import pytest
from conftest import NOTEBOOKS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers import tables
from helpers.commands.notebooks import run
from helpers.commands.packages import record
from helpers.language import fill
from helpers.ledger import verify
from helpers.package import Package, TableError
from helpers.questions import check
from helpers.tables import load

FILES = tables.PACKAGE.resources
LEDGER = load("bluebook_claims").set_index("claim_id")
NUMERIC = [
    c for c in LEDGER.index[LEDGER.computed_value.notna()] if LEDGER.computed_value[c].replace(".", "").isdigit()
]
EXERCISES = sorted(set(load("exercises").exercise))
answers = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(), st.binary(), st.decimals(),
    st.lists(st.integers()), st.dates(), st.just(10**400),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the data to be damaged."""
    return Path(shutil.copytree(tables.PACKAGE.folder, tmp_path_factory.mktemp("data") / "data"))


def refused(folder, resource, raw):
    """What is said of a file with this content; the file is as it was afterwards."""
    file = folder / resource["path"]
    sound = file.read_bytes()
    file.write_bytes(raw)
    try:
        with pytest.raises(TableError) as error:
            Package(folder).read(resource)
        return str(error.value)
    finally:
        file.write_bytes(sound)


@settings(max_examples=200)
@given(st.data())
def test_one_changed_byte_anywhere_is_refused_and_the_file_named(folder, data):
    resource = FILES[data.draw(st.sampled_from(sorted(FILES)))]
    raw = bytearray((folder / resource["path"]).read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    assert f"data/{resource['path']}" in refused(folder, resource, bytes(raw))


@settings(max_examples=100)
@given(st.data())
def test_a_file_cut_off_anywhere_is_refused(folder, data):
    resource = FILES[data.draw(st.sampled_from(sorted(FILES)))]
    raw = (folder / resource["path"]).read_bytes()
    assert f"data/{resource['path']}" in refused(folder, resource, raw[: data.draw(st.integers(0, len(raw) - 1))])


@settings(max_examples=100)
@given(st.data())
def test_a_number_that_is_none_is_named_with_its_line_and_column(folder, data):
    numeric = {
        name: [f["name"] for f in r["schema"]["fields"] if f["type"] in ("number", "integer")]
        for name, r in FILES.items()
        if r["type"] == "table"
    }
    name = data.draw(st.sampled_from([name for name, columns in numeric.items() if columns]))
    column, resource = data.draw(st.sampled_from(numeric[name])), FILES[name]
    rows = list(csv.reader(io.StringIO((folder / resource["path"]).read_text(encoding="utf-8"), newline="")))
    line = data.draw(st.integers(1, len(rows) - 1))
    rows[line][rows[0].index(column)] = data.draw(
        st.sampled_from(["n/a", "1,5", "1e3", "--", "１２", "12 ", "nan", "inf"])
    )
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    told = refused(folder, resource, out.getvalue().encode())
    broken = sum(cell.count("\n") for row in rows[:line] for cell in row)  # a cell may hold more than one line
    assert f"line {line + 1 + broken}," in told and column in told


@given(st.sampled_from(EXERCISES), answers)
def test_any_answer_gets_a_reply_and_nothing_is_raised(exercise, answer):
    reply = check(exercise, answer)
    assert reply.words and reply.right in (True, False)
    assert re.fullmatch(r'<div lang="en"><p [^<>]*>[^<>]*</p></div>', reply._repr_html_())


@given(st.sampled_from(EXERCISES), st.floats(allow_nan=False, allow_infinity=False))
def test_an_answer_is_right_just_within_the_tolerance(exercise, off):
    rows = load("exercises").query("exercise == @exercise and case == 'right'")
    numeric = [row for row in rows.itertuples() if row.value.replace(".", "").replace("-", "").isdigit()]
    assume(numeric and abs(off) < 1e12)
    answer = float(numeric[0].value) + off
    near = any(abs(answer - float(row.value)) <= row.tolerance for row in numeric)
    assert (check(exercise, answer).right is True) == near


@given(st.sampled_from(NUMERIC), st.floats(-1e9, 1e9))
def test_a_claim_accepts_the_recorded_result_to_its_digits_and_no_other(claim, off):
    row = LEDGER.loc[claim]
    then = float(row.value_then) if row.verdict == "revised" else None
    recorded, half = float(row.computed_value), 0.5 * 10 ** -len(row.computed_value.partition(".")[2])
    assert verify(claim, recorded, then).markup
    assume(abs(off) > half * 1.01 and recorded + off != recorded)
    with pytest.raises(AssertionError, match=claim):
        verify(claim, recorded + off, then)


@given(st.floats(-1e6, 1e6), st.sampled_from([1, 10, 100, 1000]))
def test_a_factor_multiplies_before_it_is_written(value, factor):
    written = fill(f"{{value:*{factor},.1f}}", value=value).replace(",", "").replace("−", "-")
    assert math.isclose(float(written), value * factor, abs_tol=0.051)


# Wrong data do not pass for right: with each of these changes a claim of the theme fails.
MUTATIONS = {
    "01-oda": ("oda_donors", "net_usd_million", 1.1),
    "02-mdgs": ("mdgs_deaths", "deaths", 1.3),
    "03-environment": ("environment_treaties", "adopted", "1999-09-09"),
    "04-climate": ("climate_cops", "year", 3),
    "05-polar": ("polar_instruments", "adopted", "1999-09-09"),
    "06-science": ("science_cstd_members", "end_year", 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("stem", MUTATIONS)
def test_changed_data_are_caught_by_a_claim(stem, tmp_path, monkeypatch):
    name, column, change = MUTATIONS[stem]
    resource = FILES[name]
    folder = Path(shutil.copytree(tables.PACKAGE.folder, tmp_path / "data"))
    file = folder / resource["path"]
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    kind = next(f["type"] for f in resource["schema"]["fields"] if f["name"] == column)
    for row in rows:
        if row[column] and isinstance(change, str):
            row[column] = change
        elif row[column] and kind == "integer":
            row[column] = str(int(row[column]) + 3 if column.endswith("year") else round(int(row[column]) * change))
        elif row[column]:
            row[column] = f"{float(row[column]) * change:.4f}"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8", newline="")
    monkeypatch.setattr(tables, "PACKAGE", Package(folder))
    record(tables.PACKAGE)
    path = next(path for path in NOTEBOOKS if path.stem == stem and path.parent.name == "en")
    failed = [f"{type(error).__name__}: {error}" for _, error in run(path, go_on=True).failures]
    assert [words for words in failed if words.startswith("AssertionError: BB")], failed
