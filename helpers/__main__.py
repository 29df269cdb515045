"""Maintainers' commands: ``python -m helpers bundle`` and ``python -m helpers record``."""

import argparse

from .explorer import build_bundle
from .tables import record

parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
parser.add_argument(
    "command", choices=["bundle", "record"], help="make the Vega bundle; record checksums of changed data files"
)
if parser.parse_args().command == "bundle":
    print(f"Vega bundle ready: {len(build_bundle()):,} bytes, gzipped.")
else:
    record()
