"""A vocabulary for charts: which rows of a table a chart draws, in the words of the lesson.

``rows(table)`` is an Altair chart with a few verbs more, so all of Altair still works on it. A verb names a control,
the slider or button of the same name in `explore`, and the browser follows it:

>>> donors = load("oda_donors")
>>> base = rows(donors).chosen("year").amount("measure").ranked()
>>> [list(step)[0] for step in base.mark_bar().to_dict()["transform"]]
['filter', 'calculate', 'filter', 'window', 'joinaggregate']
"""

from collections.abc import Iterable
from typing import Any, Self

import altair as alt
import pandas as pd

from .language import text
from .tables import load

__all__ = ["Rows", "rows"]


class Rows(alt.Chart):
    """An Altair chart whose rows are picked with verbs. Made by `rows`."""

    def chosen(self, *columns: str, **controls: str) -> Self:
        """Keep rows that have the value of a control of the column's name, or another: ``chosen(iso3="country")``."""
        for column, control in {**dict(zip(columns, columns, strict=True)), **controls}.items():
            self = self.transform_filter(f"datum.{column} == {control}")
        return self

    def among(self, control: str, column: str = "iso3") -> Self:
        """Keep rows whose column is in the list of a control."""
        return self.transform_filter(f"indexof({control}, datum.{column}) >= 0")

    def within(self, control: str, column: str = "year") -> Self:
        """Keep rows between the two ends of a control, both included."""
        return self.transform_filter(f"datum.{column} >= {control}[0] && datum.{column} <= {control}[1]")

    def only(self, **values: Any) -> Self:
        """Keep rows with given values: ``only(iso3="JPN", year=[2010, 2011])``."""
        for column, value in values.items():
            many = isinstance(value, list | tuple)
            test = alt.FieldOneOfPredicate(column, list(value)) if many else alt.FieldEqualPredicate(value, column)
            self = self.transform_filter(test)
        return self

    def where(self, test: Any) -> Self:
        """Keep rows for which a Vega expression is true, such as ``alt.datum.usd > 0``."""
        return self.transform_filter(_expression(test))

    def given(self, *columns: str) -> Self:
        """Keep rows that have a figure in these columns."""
        return self.transform_filter(" && ".join(f"isValid(datum.{column})" for column in columns))

    def wide(self, pixels: int = 520) -> Self:
        """Keep the rows on a screen of so many pixels or more: for marks that a telephone has no room for."""
        return self.transform_filter(f"room >= {pixels}")

    def narrow(self, pixels: int = 520) -> Self:
        """Keep the rows on a screen of fewer pixels: for marks that take the place of those of `wide`."""
        return self.transform_filter(f"room < {pixels}")

    def compute(self, **columns: Any) -> Self:
        """Add columns, each a Vega expression. A column that another of them reads goes into a call of its own."""
        self._refuse_taken(columns)
        return self.transform_calculate(**{name: _expression(column) for name, column in columns.items()})

    def _refuse_taken(self, names: Iterable[str]) -> None:
        """Stop where a column of the table would be overwritten, which goes wrong at the next move of a control."""
        if taken := [name for name in names if name in getattr(self.data, "columns", ())]:
            raise ValueError(text("tables.taken", names=", ".join(taken)))

    def amount(self, control: str, name: str = "amount") -> Self:
        """Add the column that a control names, and keep rows that have a figure there."""
        return self.transform_calculate(**{name: f"datum[{control}]"}).given(name)

    def ranked(
        self, by: str = "amount", name: str = "rank", *, ascending: bool = False, then: str | None = None
    ) -> Self:
        """Add the place of each row by a column, the largest first, and the ``count`` of rows.

        Equal amounts share a place; with a second column, `then`, each has a place of its own.
        """
        sort = [alt.SortField(by, order="ascending" if ascending else "descending")]
        sort += [alt.SortField(then)] if then else []
        ranked = self.transform_window(**{name: "row_number()" if then else "rank()"}, sort=sort)
        return ranked.transform_joinaggregate(count="count()")

    def beside(self, by: Iterable[str] = (), **figures: str | tuple[str, Any]) -> Self:
        """Write figures of all rows beside every row.

        Parameters
        ----------
        by
            Columns: the figures are then those of the rows that agree in them.
        **figures
            An aggregate such as ``"mean(usd)"`` or ``"count()"``, or a pair of it and a test, for the rows that pass
            it alone: ``in_2012=("max(usd)", "datum.year == 2012")``.
        """
        self._refuse_taken(figures)
        parts, whole = {}, {}
        for name, figure in figures.items():
            if isinstance(figure, str):
                whole[name] = figure
                continue
            operation, _, column = figure[0].removesuffix(")").partition("(")
            part, nothing = f"{name}_part", "0" if operation in ("sum", "count") else "null"
            parts[part] = f"({figure[1]}) ? {f'datum.{column}' if column else '1'} : {nothing}"
            whole[name] = f"{'sum' if operation == 'count' else operation}({part})"
        self = self.transform_calculate(**parts) if parts else self
        return self.transform_joinaggregate(groupby=list(by) or alt.Undefined, **whole)

    def fitted(self, y: str, x: str = "year", where: str = "true", least: int = 3) -> Self:
        """Fit a straight line by least squares to the rows that pass a Vega expression, and write it beside every row.

        Adds ``n`` (rows fitted), ``slope``, ``fitted`` (the line at this row), ``r`` (correlation coefficient) and
        ``two`` (twice the standard error of the slope); all but ``n`` are missing with fewer than `least` rows, or
        where x or y does not vary, and ``fitted`` outside the test.
        """
        inside = f"({where}) && isValid(datum.{x}) && isValid(datum.{y})"
        return (
            self.transform_calculate(
                fit_x=f"{inside} ? datum.{x} : null", fit_y=f"{inside} ? datum.{y} : null", fit_in=f"({inside}) ? 1 : 0"
            )
            .transform_joinaggregate(n="sum(fit_in)", fit_mean_x="mean(fit_x)", fit_mean_y="mean(fit_y)")
            .transform_calculate(
                fit_xx="datum.fit_in ? pow(datum.fit_x - datum.fit_mean_x, 2) : 0",
                fit_yy="datum.fit_in ? pow(datum.fit_y - datum.fit_mean_y, 2) : 0",
                fit_xy="datum.fit_in ? (datum.fit_x - datum.fit_mean_x) * (datum.fit_y - datum.fit_mean_y) : 0",
            )
            .transform_joinaggregate(fit_sxx="sum(fit_xx)", fit_syy="sum(fit_yy)", fit_sxy="sum(fit_xy)")
            .transform_calculate(
                slope=f"datum.n >= {least} && datum.fit_sxx > 1e-12 ? datum.fit_sxy / datum.fit_sxx : null",
                fit_rest="max(0, datum.fit_syy - datum.fit_sxy * datum.fit_sxy / datum.fit_sxx)",
            )
            .transform_calculate(
                fitted="isValid(datum.slope) && datum.fit_in"
                " ? datum.fit_mean_y + datum.slope * (datum.fit_x - datum.fit_mean_x) : null",
                r="isValid(datum.slope) && datum.fit_syy > 1e-12"
                " ? datum.fit_sxy / sqrt(datum.fit_sxx * datum.fit_syy) : null",
                two="isValid(datum.slope) && datum.n > 2"
                " ? 2 * sqrt(datum.fit_rest / (datum.n - 2) / datum.fit_sxx) : null",
            )
        )

    def latest(self, by: Iterable[str] = (), column: str = "year") -> Self:
        """Keep the rows of the last year, of all or of each group of rows that agree in the columns `by`."""
        last = self.transform_joinaggregate(latest=f"max({column})", groupby=list(by) or alt.Undefined)
        return last.transform_filter(f"datum.{column} == datum.latest")


def _expression(test: Any) -> Any:
    """What Altair takes in a transform for an expression that a mark may have too, such as that of ``by_width``."""
    return test.expr if isinstance(test, alt.ExprRef) else test


def rows(table: str | pd.DataFrame | Any) -> Rows:
    """Begin a chart of a table, of the table of a name, of a dictionary as one row, or of what `altair.Chart` takes."""
    if isinstance(table, str):
        table = load(table)
    return Rows(pd.DataFrame([table]) if isinstance(table, dict) else table)
