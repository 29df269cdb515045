"""A server on this machine that answers as the publishers do, from the repository's own tables."""

import csv
import datetime
import json
import time
from dataclasses import dataclass, field

from loopback import Loopback

OECD = (
    "/sdmx.oecd.org/public/rest/data/OECD.DCD.FSD,DSD_DAC1@DF_DAC1,/..1+1010+11010...USD.V"
    "?startPeriod=2000&dimensionAtObservation=AllDimensions&format=csvfilewithlabels"
)
NOAA = "/gml.noaa.gov/webdata/ccgg/trends/co2/co2_{}.csv"
GISS = "/data.giss.nasa.gov/gistemp/tabledata_v4/GLB.Ts+dSST.csv"
NSIDC = "/noaadata.apps.nsidc.org/NOAA/G02135/{}/monthly/data/{}_{:02}_extent_v4.0.csv"
DAILY = "/noaadata.apps.nsidc.org/NOAA/G02135/north/daily/data/N_seaice_extent_daily_v4.0.csv"
BANK = "/api.worldbank.org/v2/country/all/indicator/{}?format=json&per_page=1000&page={}"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Reply:
    """An answer that is not simply a file."""

    body: str | bytes = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    delay: float = 0
    lost: int = 0  # bytes that are promised and not sent


class Server(Loopback):
    """Serves by path a text, a `Reply`, or a list of them that are given one after another."""

    def answer(self, handler):
        self.asked.append(handler.path)
        answer = self.take(handler.path, otherwise=Reply("no such file", 404))
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        if reply.delay:
            time.sleep(reply.delay)
        self.send(handler, reply.status, reply.headers, body, reply.lost)


def rows(data, path):
    with (data / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(data):
    """The answers of all publishers that leave the tables as they are."""
    donors, science = rows(data, "oda/donors.csv"), rows(data, "science/indicators.csv")
    recipients = rows(data, "oda/japan_recipients.csv")
    flows = {(row["iso3"], row["year"]): row for row in [*rows(data, "oda/japan_recipients_longrun.csv"), *recipients]}
    early = [row for row in donors if row["year"] < "2000"]
    ice = rows(data, "polar/sea_ice.csv")
    return {
        NOAA.format("mm_mlo"): noaa_monthly(rows(data, "climate/co2_monthly.csv")),
        NOAA.format("annmean_mlo"): noaa_annual(rows(data, "climate/co2_annual.csv"), "mauna_loa_ppm"),
        NOAA.format("annmean_gl"): noaa_annual(rows(data, "climate/co2_annual.csv"), "global_ppm"),
        GISS: gistemp(rows(data, "climate/temperature.csv")),
        DAILY: nsidc_daily(rows(data, "polar/sea_ice_days.csv")),
        OECD: dac1(donors),
        **nsidc_monthly(ice, "N", "north"),
        **nsidc_monthly(ice, "S", "south"),
        **bank("DC.ODA.TOTL.CD", early, "net_usd_million", 10**6),
        **bank("DC.DAC.JPNL.CD", flows.values(), "net_usd_million", 10**6),
        **bank("GB.XPD.RSDV.GD.ZS", science, "rd_percent_gdp"),
        **bank("SP.POP.SCIE.RD.P6", science, "researchers_per_million"),
        **bank("IP.JRN.ARTC.SC", science, "articles_fractional"),
    }


def noaa_monthly(table):
    lines = ["# Contact: a person", "#", "year,month,decimal date,average,deseasonalized,ndays,sdev,unc"]
    for row in table:
        year, month = row["month"].split("-")
        lines.append(f"{year},{int(month)},0.0,{row['ppm']},{row['deseasonalised_ppm']},-1,-9.99,-0.99")
    return "\n".join([*lines, "2999,1,0.0,-99.99,-99.99,-1,-9.99,-0.99"]) + "\n"


def noaa_annual(table, column):
    lines = [f"{row['year']},{row[column]},0.12" for row in table if row[column]]
    return "\n".join(["# Contact: a person", "year,mean,unc", *lines]) + "\n"


def gistemp(table):
    lines = ["Land-Ocean: Global Means", ",".join(["Year", *MONTHS, "J-D,D-N,DJF,MAM,JJA,SON"])]
    table = [row for row in table if row["source"] == "gistemp"]
    for row in table:
        value = row["anomaly_c"].replace("0.", ".", 1)
        lines.append(",".join([row["year"], *[".00"] * 12, value, "***", *[".00"] * 4]))
    return "\n".join([*lines, ",".join([str(int(table[-1]["year"]) + 1), *["***"] * 18])]) + "\n"


def nsidc_monthly(table, pole, folder):
    answers = {}
    for month in range(1, 13):
        lines = ["year, mo,source_dataset, region, extent,   area", f"1900, {month:2}, -9999, {pole}, -9999, -9999"]
        for row in table:
            if (row["pole"], int(row["month"]), row["status"]) == (pole, month, "monthly"):
                name = {"smmr": "NSIDC-0051", "dmsp": "NSIDC-0051", "amsr2": "NSIDC-0803"}[row["sensor"]]
                area = row["area_million_km2"] or "-9999"
                lines.append(f"{row['year']}, {month:2}, {name}, {pole}, {row['extent_million_km2']:>6}, {area:>6}")
        answers[NSIDC.format(folder, pole, month)] = "\n".join(lines) + "\n"
    return answers


def nsidc_daily(table):
    """Days on which the five-day means of the table come out: all days half-way, but five at either end."""
    lines = [
        "Year, Month, Day,     Extent,    Missing, Source Data",
        "YYYY,    MM,  DD, 10^6 sq km, 10^6 sq km, Sites: x",
    ]
    for row in table:
        low, high = float(row["min_million_km2"]), float(row["max_million_km2"])
        extents = {}
        for first, last in (((2, 1), (4, 30)), ((8, 1), (8, 21) if row["preliminary"] == "true" else (10, 31))):
            day, end = (datetime.date(int(row["year"]), *part) for part in (first, last))
            while day <= end:
                extents[day] = (low + high) / 2
                day += datetime.timedelta(1)
        for date, value in ((row["max_date"], high), (row["min_date"], low)):
            for back in range(5):
                day = datetime.date.fromisoformat(date) - datetime.timedelta(back)
                if day in extents:
                    extents[day] = value
        if "1984-09-14" in map(str, extents):
            extents[datetime.date(1984, 9, 14)] = 0  # known to be faulty
        lines += [f"{d.year},    {d:%m},  {d:%d},    {value:.4f},  0.000, ['a', 'b']" for d, value in extents.items()]
    return "\n".join(lines) + "\n"


DAC1 = {
    "net_usd_million": ("1010", "1140"),
    "grant_equivalent_usd_million": ("11010", "1160"),
    "gni_usd_million": ("1", "1140"),
}


def dac1(table):
    lines = [
        "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,DONOR,Donor,SECTOR,Sector,MEASURE,Measure,TYING_STATUS,"
        "Tying status,FLOW_TYPE,Flow type,UNIT_MEASURE,Unit of measure,PRICE_BASE,Price base,TIME_PERIOD,Time period,"
        "OBS_VALUE,Observation value,BASE_PER,Base period,OBS_STATUS,Observation status,UNIT_MULT,Unit multiplier,"
        "DECIMALS,Decimals"
    ]
    about = '"DATAFLOW","OECD.DCD.FSD:DSD_DAC1@DF_DAC1(1.7)","DAC1: Flows by provider (ODA+OOF+Private)",I'
    for row in [*table, dict(table[-1], iso3="DAC", year="2024")]:
        for column, (measure, flow) in DAC1.items():
            if row["year"] >= "2000" and row[column]:
                lines.append(
                    f"{about},{row['iso3']},A donor,_Z,Not applicable,{measure},ODA,_Z,Not applicable,{flow},"
                    f'"Disbursements, net",USD,US dollar,V,Current prices,{row["year"]},,{row[column]},,,,A,Normal,'
                    "6,Millions,2,Two"
                )
    return "\n".join(lines) + "\n"


def bank(indicator, table, column, scale=1):
    entries = [entry(indicator, "WLD", "1960", None), entry(indicator, "", "1960", 1)]
    entries += [entry(indicator, r["iso3"], r["year"], float(r[column]) * scale) for r in table if r[column]]
    pages = [entries[start : start + 1000] for start in range(0, len(entries), 1000)]
    about = {"pages": len(pages), "per_page": 1000, "total": len(entries), "sourceid": "2", "lastupdated": "2026-07-13"}
    return {BANK.format(indicator, n): json.dumps([{"page": n} | about, page]) for n, page in enumerate(pages, 1)}


def entry(indicator, iso3, year, value):
    about = {"indicator": {"id": indicator, "value": "…"}, "country": {"id": iso3[:2], "value": "…"}}
    return about | {"countryiso3code": iso3, "date": year, "value": value, "unit": "", "obs_status": "", "decimal": 1}
