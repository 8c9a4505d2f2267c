"""Tables of formulas, by what their symbols are: what every row of them must come to."""

from __future__ import annotations

from executable_math import check


def each(table: list[tuple[dict[str, str], list[str]]]) -> list[tuple[dict[str, str], str]]:
    return [(symbols, latex) for symbols, formulas in table for latex in formulas]


def must_hold(symbols: dict[str, str], latex: str) -> None:
    verdict = check(latex, symbols=symbols)
    assert (verdict.status, verdict.message) == ("holds", "")


def must_be_refused(symbols: dict[str, str], latex: str) -> None:
    verdict = check(latex, symbols=symbols)
    assert verdict.status in ("fails", "error", "not read")
    assert verdict.message
