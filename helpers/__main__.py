"""Maintainers' commands: ``python -m helpers COMMAND``. Each imports what it needs when it is called."""

import argparse
import contextlib
import errno
import sys
import time
from pathlib import Path


def bundle(chosen: argparse.Namespace) -> None:
    """Make the Vega bundle."""
    from .explorer.bundle import build_bundle

    print(f"Vega bundle ready: {len(build_bundle(for_all=True)):,} bytes, gzipped.")


def record(chosen: argparse.Namespace) -> None:
    """Check data files and record their checksums."""
    from .commands.packages import record
    from .tables import PACKAGE, TableError

    try:
        record(PACKAGE)
    except TableError as error:
        sys.exit(str(error))


def add(chosen: argparse.Namespace) -> None:
    """Describe a new table in the data package, with texts to be filled in."""
    from .commands.add import add_table
    from .tables import PACKAGE, TableError

    try:
        entry = add_table(PACKAGE, chosen.file)
    except TableError as error:
        sys.exit(str(error))
    print(f"{entry['name']}: replace each TODO in data/datapackage.json, then run python -m helpers record.")


def new(chosen: argparse.Namespace) -> None:
    """Begin the notebook of a theme in every language."""
    from .commands.editions import EditionError, new_notebook

    try:
        made = new_notebook(chosen.name, chosen.title)
    except EditionError as error:
        sys.exit(str(error))
    print("\n".join(f"Made {path}" for path in made))
    _list_unwritten()


def same_code(chosen: argparse.Namespace) -> None:
    """Carry code cells from the English notebooks to those in other languages."""
    from .commands.editions import EditionError, same_code

    try:
        changed = same_code()
    except EditionError as error:
        sys.exit(str(error))
    print("\n".join(f"Changed {path}" for path in changed) or "Every edition has the code of the English one.")
    _list_unwritten()


def _list_unwritten() -> None:
    """Say which cells are still to be written or translated."""
    from .commands.editions import unwritten

    if cells := unwritten():
        print("Replace TODO, and the English below it, in these cells:", *cells, sep="\n  ")


def routes(chosen: argparse.Namespace) -> None:
    """Write the plans of the guides and the routes of the notebooks from data/routes."""
    from .commands.routes import RouteError, write_routes

    try:
        changed = write_routes()
    except RouteError as error:
        sys.exit(f"No routes written. {error}")
    print("\n".join(f"Changed {path}" for path in changed) or "Guides and notebooks have the routes of data/routes.")


def worksheets(chosen: argparse.Namespace) -> None:
    """Write printable worksheets and their answer keys."""
    from .commands.worksheets import WorksheetError, write_worksheets

    try:
        pages = write_worksheets(chosen.out)
    except (WorksheetError, OSError) as error:
        sys.exit(f"No worksheets written. {error}")
    print(f"{len(pages)} pages in {chosen.out}")


def site(chosen: argparse.Namespace) -> None:
    """Write the static edition."""
    from .commands.site import SiteError, build
    from .language import text

    start = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt):
        try:
            made = build(chosen.out)
        except (SiteError, OSError) as error:
            full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
            room = f"\nMake room on the disk of {chosen.out} and start again; an earlier site there is as it was."
            sys.exit(f"No site written.\n{error}{room if full else ''}")
        print(text("site.made", pages=len(made), out=chosen.out, seconds=time.monotonic() - start))


def refresh(chosen: argparse.Namespace) -> None:
    """Fetch the newest figures from their publishers' interfaces."""
    from .commands.refresh import main

    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(chosen))


def links(chosen: argparse.Namespace) -> None:
    """Ask whether every address of a source or a document still answers, slowly and politely."""
    from .commands.links import Asking, main
    from .tables import PACKAGE

    tests = Path(__file__).parent.parent / "tests"
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(PACKAGE.folder, tests, Asking(timeout=chosen.timeout, pause=chosen.pause)))


parser = argparse.ArgumentParser(prog="python -m helpers", description="Maintainers' commands.")
commands = parser.add_subparsers(dest="command", required=True)
for command in (bundle, record, add, new, same_code, routes, worksheets, site, refresh, links):
    about = commands.add_parser(command.__name__.replace("_", "-"), help=command.__doc__, description=command.__doc__)
    about.set_defaults(command=command)
    if command is worksheets:
        about.add_argument("out", metavar="OUT", type=Path, help="folder for the pages")
    elif command is add:
        about.add_argument("file", metavar="THEME/TABLE.csv", help="the table, within the folder data")
    elif command is new:
        about.add_argument("name", metavar="NN-THEME", help="name of the notebook, such as 07-trade")
        about.add_argument("title", metavar="TITLE", help="its heading")
    elif command is site:
        about.add_argument("out", metavar="OUT", type=Path, help="folder for the site; an earlier one is replaced")
    elif command is refresh:
        about.add_argument("tables", metavar="TABLE", nargs="*", help="only these tables; all if none is named")
        about.add_argument("--sources", metavar="FILE", type=Path, help="addresses and formats")
        about.add_argument("--write", action="store_true", help="write the tables; else they are only compared")
        about.add_argument("--timeout", metavar="S", type=float, default=30, help="seconds without an answer (30)")
        about.add_argument("--retries", metavar="N", type=int, default=4, help="further tries after a failure (4)")
    elif command is links:
        about.add_argument("--timeout", metavar="S", type=float, default=30, help="seconds without an answer (30)")
        about.add_argument("--pause", metavar="S", type=float, default=2, help="seconds between two requests (2)")

if __name__ == "__main__":
    chosen = parser.parse_args()
    chosen.command(chosen)
