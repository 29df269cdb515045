"""New figures from the publishers' interfaces are shown, checked, and written all together or not at all."""

import datetime
import hashlib
import io
import json
import os
import re
import shutil
import socket
from pathlib import Path

import fake_sources as fake
import nbformat
import pytest
from fake_sources import Reply
from rich.console import Console

from helpers import tables
from helpers.__main__ import parser
from helpers.commands import refresh
from helpers.commands.refresh import RefreshError
from helpers.package import Package

ROOT = Path(__file__).parents[1]
ANNUAL = fake.NOAA.format("annmean_mlo")
GLOBAL = fake.NOAA.format("annmean_gl")
MONTHLY = fake.NOAA.format("mm_mlo")
FLOWS = "DC.DAC.JPNL.CD"
MARCH = fake.NSIDC.format("north", "N", 3)


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch):
    """Whoever asks for another machine fails the test."""
    real = socket.getaddrinfo

    def found(host, *rest, **named):
        assert host in ("127.0.0.1", None), f"{host} was asked"
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture(scope="module")
def answers():
    return fake.everything(tables.PACKAGE.folder)


@pytest.fixture
def whole():
    """For a test that needs every table."""


@pytest.fixture
def data(request, tmp_path, monkeypatch):
    """A copy of the data that may be written to: only the tables that have sources, because that is faster."""
    folder = tmp_path / "data"
    if "whole" in request.fixturenames:
        shutil.copytree(tables.PACKAGE.folder, folder)
    else:
        names = {source["table"] for source in refresh._config(refresh.SOURCES, [])["source"]} | {"countries"}
        package = json.loads((tables.PACKAGE.folder / "datapackage.json").read_text(encoding="utf-8"))
        package["resources"] = [resource for resource in package["resources"] if resource["name"] in names]
        for resource in package["resources"]:
            (folder / resource["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tables.PACKAGE.folder / resource["path"], folder / resource["path"])
        (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setattr(tables, "PACKAGE", Package(folder))
    return folder


@pytest.fixture
def server(data, answers):
    server = fake.Server()
    server.answers = dict(answers)
    yield server
    server.close()


@pytest.fixture
def sources(server, tmp_path):
    """The real addresses and formats, with this machine in the place of the publishers."""
    file = tmp_path / "sources.toml"
    real = refresh.SOURCES.read_text(encoding="utf-8")
    file.write_text(real.replace("https://", f"{server.address}/"), encoding="utf-8")
    return file


@pytest.fixture
def run(sources):
    """Run a refresh without long pauses; `said` is what it showed."""

    def run(*names, **options):
        console = Console(record=True, width=300, file=io.StringIO())
        options = {"timeout": 5, "retries": 2, "pause": 0.01} | options
        outcome = refresh.refresh(names, sources, console=console, **options)
        outcome.said = console.export_text()
        return outcome

    return run


@pytest.fixture
def without_claims(monkeypatch):
    """No notebook is run, for tests of other things."""
    monkeypatch.setattr(refresh, "_recompute", lambda *_: None)


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def edit(server, path, before, after):
    """Change one place of an answer."""
    assert before in server.answers[path]
    server.answers[path] = server.answers[path].replace(before, after, 1)


def add_year(server, path):
    """Append a year to an answer of NOAA: the last value once more, a little larger."""
    year, value, uncertainty = server.answers[path].splitlines()[-1].split(",")
    server.answers[path] += f"{int(year) + 1},{float(value) + 2.5:.2f},{uncertainty}\n"
    return str(int(year) + 1), f"{float(value) + 2.5:.2f}".rstrip("0")


def entries(server, indicator, change):
    """Let `change` edit the rows of an answer of the World Bank, all on one page."""
    pages = sorted(path for path in server.answers if f"/{indicator}?" in path)
    rows = [row for path in pages for row in json.loads(server.answers[path])[1]]
    rows = change(rows) or rows
    about = {"page": 1, "pages": 1, "per_page": 1000, "total": len(rows)}
    server.answers[fake.BANK.format(indicator, 1)] = json.dumps([about, rows])


# What changes


def test_the_same_figures_change_nothing_and_nothing_is_written(run, server, data, answers):
    before = snapshot(data)
    outcome = run(write=True)
    assert not outcome.changed and not outcome.refused
    assert snapshot(data) == before
    assert sorted(server.asked) == sorted(answers)  # each once
    for path, answer in answers.items():
        assert outcome.checksums[server.address + path] == hashlib.sha256(answer.encode()).hexdigest()
        assert outcome.checksums[server.address + path] in outcome.said
    for name in outcome.changes:
        assert f"{name}: nothing to change." in outcome.said


def test_every_column_that_is_fetched_is_one_of_its_table_and_has_an_address(run, server, data):
    for source in refresh._config(refresh.SOURCES, [])["source"]:
        fields = {field["name"] for field in tables.PACKAGE.resources[source["table"]]["schema"]["fields"]}
        named = {*source["key"], *source["columns"], *source.get("texts", {}), *source.get("labels", {})}
        assert named | set(source.get("carry", ())) <= fields
        assert source["url"].startswith("https://") and source["page"].startswith("https://")
        assert source.get("entry", 0) < len(tables.PACKAGE.resources[source["table"]]["sources"])


def test_a_new_year_is_appended_and_the_table_stays_valid(run, server, data, without_claims):
    year, value = add_year(server, ANNUAL)
    before = snapshot(data)
    shown = run("climate_co2_annual")
    assert shown.changes["climate_co2_annual"].cells == [((year,), "mauna_loa_ppm", "", value)]
    assert snapshot(data) == before
    run("climate_co2_annual", write=True)
    file = data / "climate" / "co2_annual.csv"
    assert file.read_text(encoding="utf-8") == before[Path("climate/co2_annual.csv")].decode() + f"{year},{value},\n"
    assert tables.load("climate_co2_annual")["mauna_loa_ppm"].iloc[-1] == float(value)
    changed = {path for path, content in snapshot(data).items() if content != before[path]}
    assert changed == {Path("climate/co2_annual.csv"), Path("datapackage.json")}


def test_a_new_row_takes_the_region_from_the_row_before_and_the_vintage_follows(run, server, data, without_claims):
    table = fake.rows(data, "oda/japan_recipients.csv")
    row = table[-1]
    year = str(int(row["year"]) + 1)
    entries(server, FLOWS, lambda rows: [*rows, fake.entry(FLOWS, row["iso3"], year, 12_345_678.9)])
    run("oda_japan_recipients", write=True)
    new = fake.rows(data, "oda/japan_recipients.csv")[-1]
    assert (new["iso3"], new["year"], new["region"], new["net_usd_million"]) == (
        row["iso3"],
        year,
        row["region"],
        "12.35",
    )
    source = tables.PACKAGE.resources["oda_japan_recipients"]["sources"][1]
    assert (source["vintage"], source["vintage_ja"]) == (f"data to {year}", f"{year}年までのデータ")


def test_a_revision_changes_its_cells_and_the_share_that_follows_and_no_others(run, server, data, without_claims):
    table = fake.rows(data, "oda/donors.csv")
    row = next(row for row in table if (row["iso3"], row["year"]) == ("JPN", "2011"))
    revised = f"{float(row['net_usd_million']) + 100:.2f}"
    edit(server, fake.OECD, f",2011,,{row['net_usd_million']},", f",2011,,{revised},")
    run("oda_donors", write=True)
    share = f"{100 * float(revised) / float(row['gni_usd_million']):.3f}"
    expected = [row | {"net_usd_million": revised, "net_percent_gni": share} if r is row else r for r in table]
    assert fake.rows(data, "oda/donors.csv") == expected
    assert tables.PACKAGE.resources["oda_donors"]["sources"][0]["vintage"] == f"{datetime.date.today():%Y-%m}"


def test_rows_that_the_table_leaves_out_stay_out(run, server, data):
    more = [fake.entry("DC.ODA.TOTL.CD", iso3, "1998", 1e7) for iso3 in ("CZE", "BRA")]  # a later member, no member
    entries(server, "DC.ODA.TOTL.CD", lambda rows: rows + more)
    assert not run("oda_donors").changed


def test_a_new_year_without_a_needed_column_is_not_added(run, server, data):
    iso3 = fake.rows(data, "oda/donors.csv")[-1]["iso3"]
    line = next(
        line for line in reversed(server.answers[fake.OECD].splitlines()) if f",{iso3}," in line and ",11010," in line
    )
    server.answers[fake.OECD] += line.replace(",2024,", ",2025,") + "\n"
    outcome = run("oda_donors")
    assert not outcome.changed
    assert f"{iso3}, 2025: no row added, for want of net_usd_million." in outcome.said


def test_a_monthly_figure_takes_the_place_of_our_daily_mean(run, server, data, without_claims):
    table = fake.rows(data, "polar/sea_ice.csv")
    row = next(row for row in table if row["status"] == "daily_mean")
    month = int(row["month"])
    server.answers[fake.NSIDC.format("north", "N", month)] += f"{row['year']}, {month}, NSIDC-0803, N, 6.33, 4.44\n"
    outcome = run("polar_sea_ice")
    assert [(column, new) for _, column, _, new in outcome.changes["polar_sea_ice"].cells] == [
        ("extent_million_km2", "6.33"),
        ("area_million_km2", "4.44"),
        ("status", "monthly"),
    ]


def test_the_season_of_a_year_counts_only_when_it_is_over(run, server, data, without_claims):
    more = [f"2026, 08, {day}, 4.0000, 0.000, ['a']" for day in range(22, 32)]
    more += [f"2026, 09, {day:02}, 4.0000, 0.000, ['a']" for day in range(1, 31)]
    server.answers[fake.DAILY] += "\n".join(more) + "\n"
    assert not run("polar_sea_ice_days").changed
    more = [f"2026, 10, {day:02}, 5.0000, 0.000, ['a']" for day in range(1, 32)]
    server.answers[fake.DAILY] += "\n".join(more) + "\n"
    outcome = run("polar_sea_ice_days")
    cells = {column: new for _, column, _, new in outcome.changes["polar_sea_ice_days"].cells}
    assert cells == {"min_million_km2": "4", "min_date": "2026-08-26", "preliminary": "false"}


# Verdicts


def test_a_revision_that_flips_a_verdict_is_reported(whole, run, server, data):
    amounts = {
        row["iso3"]: row["net_usd_million"] for row in fake.rows(data, "oda/donors.csv") if row["year"] == "2011"
    }
    above = f"{float(amounts['FRA']) + 1:.2f}"
    edit(server, fake.OECD, f",2011,,{amounts['JPN']},", f",2011,,{above},")
    outcome = run("oda_donors")
    verdicts = {claim: rest for claim, *rest in outcome.verdicts}
    assert verdicts["BB028"] == ["5", "4", "matches", "differs"]
    assert verdicts["BB026"][2:] == ["revised", "revised"]  # another value, the same verdict
    assert not outcome.failures
    assert re.search(r"BB028 .* 5 .* 4 .* matches .* differs", outcome.said)
    assert "BB033" not in verdicts


def test_a_new_month_flips_no_verdict_and_a_failing_cell_is_named(whole, run, server, data, tmp_path, monkeypatch):
    year, month = fake.rows(data, "climate/co2_monthly.csv")[-1]["month"].split("-")
    server.answers[MONTHLY] += f"{year},{int(month) + 1},0.0,431.00,429.00,30,0.5,0.2\n"
    notebooks = tmp_path / "notebooks" / "en"
    notebooks.mkdir(parents=True)
    code = ["from helpers import *", 'load("climate_co2_monthly").ppm.iloc[-1]', "1 / 0", 'verify("BB205", 18)']
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebooks / "04-climate.ipynb")
    monkeypatch.setattr(refresh, "NOTEBOOKS", notebooks.parent)
    outcome = run("climate_co2_monthly")
    assert outcome.verdicts == [] and "Every claim keeps" in outcome.said
    assert outcome.failures == ["04-climate.ipynb, cell c2: ZeroDivisionError: division by zero"]


# Servers in trouble


def test_two_failures_and_then_success(run, server, answers):
    server.answers[ANNUAL] = [Reply("busy", 500), Reply("busy", 503), answers[ANNUAL]]
    assert not run("climate_co2_annual").refused
    assert server.asked.count(ANNUAL) == 3


def test_a_server_that_names_a_time_is_given_it(run, server, answers, monkeypatch):
    waited = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", waited.append)
    server.answers[ANNUAL] = [Reply("", 429, {"Retry-After": "7"}), answers[ANNUAL]]
    assert not run("climate_co2_annual").refused
    assert waited == [7]


def test_pauses_grow(run, server, monkeypatch):
    waited = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", waited.append)
    server.answers[ANNUAL] = Reply("", 502)
    told = run("climate_co2_annual", retries=5, pause=1).refused["climate_co2_annual"]
    assert "no good answer (tries: 6; status 502)" in told and "--retries" in told
    assert len(waited) == 4 and all(2**n <= pause <= 2**n + 1 for n, pause in enumerate(waited, 1))


def test_a_slow_answer_ends_at_the_time_limit(run, server):
    server.answers[ANNUAL] = Reply("late", delay=0.5)
    told = run("climate_co2_annual", timeout=0.1, retries=1).refused["climate_co2_annual"]
    assert "no good answer (tries: 2;" in told and "timed out" in told and "--timeout" in told


def test_no_server_is_an_error_that_names_the_address(run, server):
    server.close()
    outcome = run("climate_co2_annual", "climate_temperature")
    assert set(outcome.refused) == {"climate_co2_annual", "climate_temperature"}
    assert server.address + ANNUAL in outcome.refused["climate_co2_annual"]
    assert "Are you online?" in outcome.refused["climate_co2_annual"]


@pytest.mark.parametrize(
    ("status", "headers"), [(404, {}), (403, {}), (301, {"Location": "https://elsewhere.example/"})]
)
def test_an_address_that_has_moved_fails_at_once(run, server, status, headers):
    server.answers[ANNUAL] = Reply("", status, headers)
    told = run("climate_co2_annual").refused["climate_co2_annual"]
    assert f"{ANNUAL} answered {status}" in told and "sources.toml" in told
    assert all(value in told for value in headers.values())
    assert server.asked.count(ANNUAL) == 1


def test_a_truncated_answer_is_tried_again(run, server, answers):
    server.answers[ANNUAL] = [Reply(answers[ANNUAL], lost=100), answers[ANNUAL]]
    assert not run("climate_co2_annual").refused
    server.answers[ANNUAL] = Reply(answers[ANNUAL], lost=100)
    assert "no good answer (tries: 3;" in run("climate_co2_annual").refused["climate_co2_annual"]


def test_an_endless_answer_is_cut_short(run, server, sources):
    sources.write_text(
        sources.read_text(encoding="utf-8").replace("limit_mb = 60", "limit_mb = 0.001"), encoding="utf-8"
    )
    assert "larger than 0.001 MB" in run("climate_co2_annual").refused["climate_co2_annual"]


# Answers that are not the series


def swap(before, after, path=ANNUAL):
    return path, lambda text: text.replace(before, after, 1) if before in text else pytest.fail(f"no {before}")


def cut(path, share):
    return path, lambda text: "".join(text.splitlines(keepends=True)[: int(share * text.count("\n"))])


REFUSED = {
    "a web page": ((ANNUAL, lambda text: "\n<!DOCTYPE html><html>sorry"), "web page instead of data"),
    "not text": ((ANNUAL, lambda text: b"\xff\xfe\x00"), "not text in UTF-8"),
    "nothing": ((ANNUAL, lambda text: ""), "stands where 'year,mean,unc' should"),
    "another header": (swap("year,mean,unc", "year,median,unc"), "line 2: 'year,median,unc' stands where"),
    "a line cut off": (swap("2025,427.35,0.12\n", "2025,427"), "2 cells instead of 3: the file may be cut off"),
    "half of the file": (cut(ANNUAL, 0.5), "of 67 values of mauna_loa_ppm are missing"),
    "a year twice": (swap("2025,427.35", "2024,427.35"), "2024 stands there twice, first at"),
    "NaN": (swap("2025,427.35", "2025,NaN"), "line 69, mean: 'NaN' is not a plain number"),
    "a separator": (swap("2025,427.35", '2025,"1,427.35"'), "'1,427.35' is not a plain number"),
    "a word for a year": (swap("2025,427.35", "2025*,427.35"), "'2025*' is not a year"),
    "a value out of place": (swap("2025,427.35", "2025,427350"), "mauna_loa_ppm of 2025 is 427350; this series"),
    "a value too small": (swap("2024,424.61", "2024,0.42461"), "mauna_loa_ppm of 2024 is 0.42; this series"),
    "another title": (swap("Global Means", "Northern Means", fake.GISS), "'Land-Ocean: Northern Means' stands where"),
    "a new satellite": (
        swap("NSIDC-0803", "NSIDC-9999", MARCH),
        "'NSIDC-9999' is not known",
    ),
    "another pole": (
        swap("NSIDC-0051, N", "NSIDC-0051, S", MARCH),
        "region is 'S' instead of 'N'",
    ),
    "another unit of ice": (swap("10^6 sq km", "km2", fake.DAILY), "stands where 'YYYY,MM,DD,10^6 sq km"),
    "an impossible day": (swap(",    02,  05,", ",    02,  31,", fake.DAILY), "day is out of range"),
    "a day twice": (swap(",    02,  05,", ",    02,  06,", fake.DAILY), "1979-02-06 stands there twice"),
    "another currency": (swap(",USD,", ",XDC,", fake.OECD), "UNIT_MEASURE is 'XDC' instead of 'USD'"),
    "other prices": (swap(",V,Current", ",Q,Constant", fake.OECD), "PRICE_BASE is 'Q' instead of 'V'"),
    "another column": (swap(",OBS_VALUE,", ",VALUE,", fake.OECD), "has no column 'OBS_VALUE'"),
    "another measure": ((fake.OECD, lambda text: text.replace(",1010,", ",1011,")), "no value of this series"),
    "another scale": (
        (fake.OECD, lambda text: text.replace(",6,Millions", ",3,Thousands")),
        "times what the table holds",
    ),
    "a negative amount": (swap(",2011,,11086.18,", ",2011,,-11086.18,", fake.OECD), "column net_usd_million"),
    "not JSON": (cut(fake.BANK.format(FLOWS, 2), 0), "page=2 is not an answer in the known format"),
    "a message": (
        (fake.BANK.format(FLOWS, 1), lambda text: '[{"message":[{"id":"120","value":"not valid"}]}]'),
        "not an answer in the known format",
    ),
    "rows too few": (swap('"total": ', '"total": 1', fake.BANK.format(FLOWS, 4)), "rows but gave"),
    "another indicator": (swap(FLOWS, "DC.DAC.USAL.CD", fake.BANK.format(FLOWS, 2)), "indicator is 'DC.DAC.USAL.CD'"),
}
TABLE = {
    fake.OECD: "oda_donors",
    fake.GISS: "climate_temperature",
    fake.DAILY: "polar_sea_ice_days",
    ANNUAL: "climate_co2_annual",
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_answer_that_is_not_the_series_is_refused(case, run, server, data):
    (path, change), reason = REFUSED[case]
    server.answers[path] = Reply(change(server.answers[path]))
    name = TABLE.get(path, "polar_sea_ice" if "nsidc" in path else "oda_japan_recipients")
    before = snapshot(data)
    outcome = run(name, write=True)
    assert reason in outcome.refused[name] and f"{name} is left alone." in outcome.said
    assert "git checkout" not in outcome.refused[name]
    assert snapshot(data) == before


def test_other_base_years_are_refused(run, server):
    def shifted(line):
        cells = line.split(",")
        return ",".join([*cells[:13], f"{float(cells[13]) - 0.3:.2f}", *cells[14:]])

    head, names, *body, part = server.answers[fake.GISS].splitlines()
    server.answers[fake.GISS] = "\n".join([head, names, *map(shifted, body), part]) + "\n"
    assert "the mean of 1951 to 1980 is -0.30, not 0" in run("climate_temperature").refused["climate_temperature"]


def test_a_value_that_is_not_a_number_in_json_is_refused(run, server):
    entries(server, FLOWS, lambda rows: rows[2].update(value=float("nan")))
    assert "'nan' is not a plain number" in run("oda_japan_recipients").refused["oda_japan_recipients"]


def test_a_value_that_is_gone_is_kept_and_reported(run, server, data, without_claims):
    edit(server, ANNUAL, "2000,", "# 2000,")
    add_year(server, ANNUAL)
    kept = next(row for row in fake.rows(data, "climate/co2_annual.csv") if row["year"] == "2000")
    outcome = run("climate_co2_annual", write=True)
    assert (
        f"mauna_loa_ppm is not in the source any more and stays as it is for 2000: {kept['mauna_loa_ppm']}."
        in outcome.said
    )
    assert kept in fake.rows(data, "climate/co2_annual.csv")


def test_a_table_that_is_refused_does_not_stop_the_others(run, server, data, without_claims):
    add_year(server, ANNUAL)
    server.answers[fake.GISS] = "<html>"
    before = snapshot(data)
    outcome = run("climate_temperature", "climate_co2_annual", write=True)
    assert set(outcome.refused) == {"climate_temperature"} and outcome.changed == ["climate_co2_annual"]
    changed = {str(path) for path, content in snapshot(data).items() if content != before[path]}
    assert changed == {str(Path("climate/co2_annual.csv")), "datapackage.json"}


def test_half_a_table_is_not_written(run, server, data):
    add_year(server, ANNUAL)
    server.answers[GLOBAL] = "<html>"
    outcome = run("climate_co2_annual")
    assert not outcome.changed and "climate_co2_annual" in outcome.refused


# Writing


@pytest.mark.parametrize(
    ("failing", "error"), [(1, OSError("full")), (2, OSError("full")), (2, KeyboardInterrupt()), (3, OSError("full"))]
)
def test_a_fault_between_two_files_restores_all(failing, error, run, server, data, without_claims, monkeypatch):
    add_year(server, ANNUAL)
    edit(server, MONTHLY, "315.71", "315.75")
    before, real, calls = snapshot(data), os.replace, []

    def replace(old, new):
        calls.append(new)
        if len(calls) == failing:
            raise error
        real(old, new)

    monkeypatch.setattr(refresh.os, "replace", replace)
    with pytest.raises(type(error)):
        run("climate_co2_annual", "climate_co2_monthly", write=True)
    assert snapshot(data) == before
    assert [path.name for path in data.parent.iterdir() if path.name.startswith(".refresh")] == []


def test_a_table_that_changes_meanwhile_is_not_overwritten(run, server, data, monkeypatch):
    add_year(server, ANNUAL)
    file = data / "climate" / "co2_annual.csv"
    monkeypatch.setattr(refresh, "_recompute", lambda *_: file.write_text("edited", encoding="utf-8"))
    with pytest.raises(RefreshError, match="changed while figures were fetched"):
        run("climate_co2_annual", write=True)
    assert file.read_text(encoding="utf-8") == "edited"


def test_a_damaged_table_is_not_refreshed(run, server, data):
    (data / "climate" / "co2_annual.csv").write_text("year\n", encoding="utf-8")
    assert "the header should be" in run("climate_co2_annual").refused["climate_co2_annual"]


# The command


def command(arguments):
    return refresh.main(parser.parse_args(["refresh", *arguments]))


def test_the_command_says_what_it_did_and_its_exit_code_whether_all_went_well(
    server, sources, data, without_claims, capsys
):
    arguments = ["climate_co2_annual", "--sources", str(sources), "--retries", "0"]
    year, value = add_year(server, ANNUAL)
    assert command(arguments) == 0
    assert "Nothing was written: add --write to write." in capsys.readouterr().out
    assert command([*arguments, "--write"]) == 0
    assert "Written." in capsys.readouterr().out
    assert command(arguments) == 0
    assert "climate_co2_annual: nothing to change." in capsys.readouterr().out
    server.answers[ANNUAL] = Reply("", 404)
    assert command(arguments) == 1
    assert "climate_co2_annual is left alone." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["climate_co2_anual"], "Did you mean climate_co2_annual?"),
        (["bluebook_claims"], "has no source for a table 'bluebook_claims'"),
        (["--sources", "nowhere.toml"], "nowhere.toml is not a file of sources"),
        (["--sources", str(ROOT / "README.md")], "README.md is not a file of sources"),
        (["--sources", str(ROOT / "pyproject.toml")], "pyproject.toml is not a file of sources"),
    ],
)
def test_a_wrong_name_or_file_is_an_error_that_says_what_there_is(arguments, told, capsys):
    assert command(arguments) == 1
    assert told in capsys.readouterr().err


def test_an_address_without_encryption_is_refused(tmp_path, capsys):
    file = tmp_path / "sources.toml"
    real = refresh.SOURCES.read_text(encoding="utf-8")
    file.write_text(real.replace("https://gml", "http://gml"), encoding="utf-8")
    assert command(["--sources", str(file)]) == 1
    assert "does not begin with https://" in capsys.readouterr().err


def test_without_notebooks_nothing_is_fetched(run, server, tmp_path, monkeypatch):
    monkeypatch.setattr(refresh, "NOTEBOOKS", tmp_path)
    with pytest.raises(RefreshError, match="run this in a copy of the repository"):
        run()
    assert server.asked == []
