"""Lighthouse on a page of this machine: installed once from the lock, run with its mobile preset, its reports read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import platformdirs
import psutil
from filelock import FileLock
from lab import ARGUMENTS, chromium

HERE = Path(__file__).resolve().parent
PATIENCE = 300  # seconds for one run, or for npm
METRICS = {  # what a report calls them, and how many of its units make one of ours
    "FCP": ("first-contentful-paint", 1000),
    "LCP": ("largest-contentful-paint", 1000),
    "TBT": ("total-blocking-time", 1),
    "CLS": ("cumulative-layout-shift", 1),
    "TTI": ("interactive", 1000),
}
PASSED = 0.9  # from this score on Lighthouse shows an audit in green
UNSEEN = ("metrics", "hidden")  # groups of audits that a report lists elsewhere, or not at all


class LighthouseError(Exception):
    """Lighthouse could not be installed, or did not measure the page."""


def install() -> Path:
    """The program, installed the first time for each lock into the user's cache."""
    npm, lock = shutil.which("npm"), (HERE / "package-lock.json").read_bytes()
    if not npm:
        raise LighthouseError("Lighthouse is fetched by npm, which is not installed: install Node.js.")
    folder = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / "npm" / hashlib.sha256(lock).hexdigest()[:12]
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        if not program.exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            command = [npm, "ci", "--ignore-scripts", "--silent"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
            if done.returncode:
                raise LighthouseError(f"npm could not fetch Lighthouse: {done.stderr.strip() or 'no answer'}")
    return program


def run(program: Path, address: str) -> dict:
    """The report on one visit, by a Chromium of its own that reaches no other machine."""
    flags = ["--headless=new", *ARGUMENTS]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = ["node", str(program), address, "--output=json", f"--output-path={out}", "--quiet"]
        command += ["--only-categories=performance,accessibility", "--no-enable-error-reporting"]
        command += [f"--chrome-flags={' '.join(map(quoted, flags))}"]
        complaint = _finish(command, address)
        if not out.exists():
            raise LighthouseError(f"{address}: {complaint.strip() or 'no report'}")
        return json.loads(out.read_text(encoding="utf-8"))


def _finish(command: list[str], address: str) -> str:
    """Run a command to its end, or end it with all that it started; gives what it complained of."""
    surroundings = os.environ | {"CHROME_PATH": chromium()}
    with subprocess.Popen(
        command, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            return process.communicate(timeout=PATIENCE)[1]
        except BaseException as error:
            started = [*psutil.Process(process.pid).children(recursive=True), process]
            for each in started:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                raise LighthouseError(f"{address}: no report within {PATIENCE} s") from error
            raise


def quoted(flag: str) -> str:
    """A flag as Lighthouse reads it: its value in quotation marks where it holds spaces."""
    name, _, value = flag.partition("=")
    return f'{name}="{value}"' if " " in value else flag


def read(report: dict) -> dict[str, float]:
    """The scores of a report (0 to 100) and its metrics: seconds, but TBT milliseconds and CLS a number.

    Raises
    ------
    LighthouseError
        If the page could not be measured.
    """
    if error := report.get("runtimeError"):
        raise LighthouseError(f"{report.get('requestedUrl')}: {error.get('message') or error.get('code')}")
    found = {name: 100 * report["categories"][name]["score"] for name in ("performance", "accessibility")}
    for name, (audit, unit) in METRICS.items():
        found[name] = report["audits"][audit]["numericValue"] / unit
    return found


def middle(reports: list[dict]) -> dict[str, float]:
    """The median of each score and metric, and of the speed of the machine as Lighthouse finds it."""
    runs = [read(report) for report in reports]
    found = {name: median(run[name] for run in runs) for name in runs[0]}
    return found | {"machine": median(report["environment"]["benchmarkIndex"] for report in reports)}


def typical(reports: list[dict]) -> dict:
    """The report with the middle score, the lower one of two."""
    ranked = sorted(reports, key=lambda report: report["categories"]["performance"]["score"])
    return ranked[(len(ranked) - 1) // 2]


def costs(reports: list[dict]) -> dict:
    """What costs a page most in the typical one of several reports; what moves in the one in which most moves."""
    moving = max(reports, key=lambda report: report["audits"][METRICS["CLS"][0]]["numericValue"])
    return _costs(typical(reports)) | {"shifts": _shifts(moving["audits"])}


def _costs(report: dict) -> dict:
    """Points of the score by metric, audits that fail, the largest element, where the time goes, and more."""
    audits = report["audits"]
    points = {
        reference.get("acronym", reference["id"]): reference["weight"] * (1 - audits[reference["id"]]["score"])
        for reference in report["categories"]["performance"]["auditRefs"]
        if reference.get("weight") and audits[reference["id"]]["score"] is not None
    }
    return {
        "points": dict(sorted(points.items(), key=lambda each: -each[1])),
        "failed": {
            category: [
                f"{reference['id']}: {audits[reference['id']].get('displayValue', '')}".removesuffix(": ")
                for reference in part["auditRefs"]
                if reference.get("group") not in UNSEEN
                and (score := audits[reference["id"]]["score"]) is not None
                and score < PASSED
            ]
            for category, part in report["categories"].items()
        },
        "largest": next((_selector(item) for item in _elements(audits)), None),
        "elements": audits.get("dom-size", {}).get("numericValue"),
        "blocking": [(_name(item), item.get("wastedMs")) for item in _items(audits, "render-blocking-resources")],
        "scripting": [(_name(item), round(item["scripting"])) for item in _items(audits, "bootup-time")],
        "work": [(item["groupLabel"], round(item["duration"])) for item in _items(audits, "mainthread-work-breakdown")],
        "third": len(_items(audits, "third-party-summary")),
    }


def _shifts(audits: dict) -> list[tuple[float, str]]:
    return [(round(item["score"], 3), _selector(item)) for item in _items(audits, "layout-shifts")]


def _items(audits: dict, name: str) -> list[dict]:
    return (audits.get(name, {}).get("details") or {}).get("items", [])


def _elements(audits: dict) -> list[dict]:
    """The largest element that is painted; its audit holds a table of its own."""
    return [item for part in _items(audits, "largest-contentful-paint-element")[:1] for item in part.get("items", [])]


def _selector(item: dict) -> str:
    return (item.get("node") or {}).get("selector", "")


def _name(item: dict) -> str:
    """The last part of an address; that of a program that the page made itself says nothing."""
    address = item.get("url", "")
    return "made by the page" if address.startswith("blob:") else address.rpartition("/")[2] or address
