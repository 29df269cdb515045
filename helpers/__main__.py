"""Maintainers' commands: ``python -m helpers bundle``, ``record`` and ``worksheets OUT``."""

import argparse
import sys
from pathlib import Path

from .tables import record
from .vega import build_bundle
from .worksheet import WorksheetError, write_worksheets

parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
commands = parser.add_subparsers(dest="command", required=True)
commands.add_parser("bundle", help="make the Vega bundle")
commands.add_parser("record", help="record checksums of changed data files")
worksheets = commands.add_parser("worksheets", help="write printable worksheets and their answer keys")
worksheets.add_argument("out", metavar="OUT", type=Path, help="folder for the pages")
chosen = parser.parse_args()
if chosen.command == "bundle":
    print(f"Vega bundle ready: {len(build_bundle(for_all=True)):,} bytes, gzipped.")
elif chosen.command == "record":
    record()
else:
    try:
        pages = write_worksheets(chosen.out)
    except (WorksheetError, OSError) as error:
        sys.exit(f"No worksheets written. {error}")
    print(f"{len(pages)} pages in {chosen.out}")
