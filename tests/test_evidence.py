"""The verdict of a claim follows from its documents by a written rule, and every claim says what it rests on."""

import re

import pandas as pd
import pytest

from helpers import load
from helpers.language import use
from helpers.ledger import documents
from helpers.tables import table_names

use("en")
LEDGER = load("bluebook_claims").set_index("claim_id")
EVIDENCE = load("bluebook_evidence")
BY_DOCUMENT = list(LEDGER.index[LEDGER.basis == "document"])
BY_FIGURES = list(LEDGER.index[LEDGER.basis.isin(["data", "listing", "arithmetic"])])
OPPOSITE = {"supports": "contradicts", "contradicts": "supports"}
# Full stops that end a sentence; in Japanese every 。
ENDS = {"reason_en": r"[.!?](?=\s|$)", "reason_ja": "。", "settle_en": r"[.!?](?=\s|$)", "settle_ja": "。"}


def of(claim):
    return EVIDENCE[EVIDENCE.claim_id == claim]


def judge(evidence: pd.DataFrame) -> tuple[str, str]:
    """The verdict and the strength that follow from the documents of a claim.

    Documents that support it and none that contradicts: it matches. Only contradiction: it differs. Both: disputed.
    Documents that speak of a part, or of another year or scope, decide nothing. The strength is that of the documents
    which decide: independent when one of them comes from outside Japan's government.

    Parameters
    ----------
    evidence
        Rows of the table ``bluebook_evidence`` of one claim.
    """
    deciding = evidence[evidence.relation != "qualifies"]
    if deciding.empty:
        return "not_checkable", "none"
    verdict = {("supports",): "matches", ("contradicts",): "differs"}.get(tuple(deciding.relation.unique()), "disputed")
    return verdict, "independent" if deciding.independent.astype(bool).any() else "government_only"


@pytest.mark.parametrize("claim", BY_DOCUMENT)
def test_the_verdict_follows_from_the_documents(claim):
    assert judge(of(claim)) == tuple(LEDGER.loc[claim, ["verdict", "strength"]])


@pytest.mark.parametrize("claim", BY_DOCUMENT)
def test_another_word_of_a_deciding_document_is_another_verdict(claim):
    rows = of(claim)
    for at in rows.index[rows.relation != "qualifies"]:
        turned = rows.copy()
        turned.loc[at, "relation"] = OPPOSITE[rows.relation[at]]
        sides = set(rows.drop(at).relation) - {"qualifies"}
        # One of several voices on a side of a dispute leaves the dispute, also when it changes sides.
        still = LEDGER.verdict[claim] == "disputed" and len(sides) == 2
        assert (judge(turned)[0] == LEDGER.verdict[claim]) == still


@pytest.mark.parametrize("claim", BY_DOCUMENT)
def test_the_last_document_that_supports_carries_the_verdict_and_any_other_only_its_strength(claim):
    rows = of(claim)
    supporting = rows[rows.relation == "supports"]
    if len(supporting):
        assert judge(rows.drop(supporting.index))[0] != LEDGER.verdict[claim]
    for at in rows.index:
        fewer = rows.drop(at)
        if set(fewer.relation) - {"qualifies"} == set(rows.relation) - {"qualifies"}:
            assert judge(fewer)[0] == LEDGER.verdict[claim]


@pytest.mark.parametrize("claim", LEDGER.index[LEDGER.basis == "none"])
def test_no_document_decides_what_is_not_checkable(claim):
    assert LEDGER.verdict[claim] == "not_checkable" and LEDGER.strength[claim] == "none"
    assert judge(of(claim)) == ("not_checkable", "none")


def test_a_text_compared_with_itself_is_not_checked():
    itself = LEDGER[LEDGER.strength == "self_consistent"]
    assert set(itself.verdict) == {"not_checkable"} and set(itself.basis) == {"arithmetic"}
    outside = LEDGER[LEDGER.verdict != "not_checkable"]
    assert set(outside.strength) == {"independent", "government_only"}


def test_not_checkable_is_the_exception():
    assert (LEDGER.verdict == "not_checkable").sum() <= 45


@pytest.mark.parametrize("claim", LEDGER.index)
def test_what_is_not_checkable_says_what_would_settle_it(claim):
    open_ones = LEDGER.verdict[claim] == "not_checkable"
    assert LEDGER.settle.notna()[claim] == open_ones


@pytest.mark.parametrize("column", ENDS)
def test_reasons_are_short(column):
    code = column.rpartition("_")[2]
    use(code)
    texts = load("bluebook_claims").set_index("claim_id")[column.rpartition("_")[0]].dropna()
    use("en")
    assert not [claim for claim, said in texts.items() if len(re.findall(ENDS[column], said)) > 2]


@pytest.mark.parametrize("claim", LEDGER.index[LEDGER.verdict != "not_checkable"])
def test_every_claim_that_was_checked_has_a_source_to_open(claim):
    tables = str(LEDGER.tables[claim] or "").split("; ") if claim in BY_FIGURES else []
    deciding = documents(claim).query("relation != 'qualifies'").url.tolist() if claim in BY_DOCUMENT else []
    assert [name for name in tables if name in NAMES] or deciding


NAMES = set(table_names())


def test_documents_that_decide_stand_first():
    for claim in EVIDENCE.claim_id.unique():
        decides = list(documents(claim).relation != "qualifies")
        assert decides == sorted(decides, reverse=True)
