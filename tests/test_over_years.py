"""What is said of several years in the same words is said once."""

from __future__ import annotations

from inventory.core.problems import Origin, over_years, problem


def waiting(year: int, cell: str, n: int = 9, sheet: str = "农业") -> object:
    facts = {"region": "江苏", "label": {"zh": "产量", "en": "yield"}, "items": "", "categories": "3.2"}
    asked = f"completeness|江苏|{year}|crop_yield"
    return problem("completeness.open", Origin("t.xlsx", sheet, cell), year=year, n=n, question=asked, **facts)


def test_years_are_put_together_at_the_first_place_with_every_question() -> None:
    (one,) = over_years([waiting(2005, "E18"), waiting(2010, "F18")])
    assert one.origin.cell == "E18" and "2005、2010 年" in one.text() and "2005, 2010" in one.text("en")
    assert "江苏|2005|crop_yield" in one.text() and "江苏|2010|crop_yield" in one.text()


def test_different_words_or_sheets_stay_apart() -> None:
    assert len(over_years([waiting(2005, "E18"), waiting(2010, "F18", n=8)])) == 2
    assert len(over_years([waiting(2005, "E18"), waiting(2010, "F18", sheet="畜牧")])) == 2
