"""Test the cache of style sheets: each sheet is parsed once per theme, with the same result as in Textual."""

from __future__ import annotations

import gc
import weakref

from textual.css.stylesheet import Stylesheet

from milimo_tui.tui.terminal.patches.style_cache import MOST_THEMES, CachedStylesheet

PLACES = {"one": "Label { color: $ink; }", "other": "Label.wide { width: 12; }"}


def filled(sheet: Stylesheet) -> Stylesheet:
    for place, text in PLACES.items():
        sheet.add_source(text, (place, ""))
    sheet.reparse()
    return sheet


def said(sheet: Stylesheet) -> list[str]:
    return [rule.css for rule in sheet.rules]


def test_cached_sheet_is_not_read_again_and_is_equal() -> None:
    one, other = (
        filled(CachedStylesheet(variables={"ink": "red"})),
        filled(CachedStylesheet(variables={"ink": "red"})),
    )
    assert all(here is there for here, there in zip(one.rules, other.rules, strict=True))
    assert said(one) == said(filled(Stylesheet(variables={"ink": "red"})))
    before = list(one.rules)
    one.add_source("Label.tall { height: 3; }", ("third", ""))
    one.reparse()
    assert [here is there for here, there in zip(one.rules, before, strict=False)] == [True, True]
    assert len(one.rules) == 3


def test_another_theme_has_its_colours_and_removes_none() -> None:
    sheet, other = (
        filled(CachedStylesheet(variables={"ink": "red"})),
        filled(CachedStylesheet(variables={"ink": "red"})),
    )
    rules = list(other.rules)
    sheet.set_variables({"ink": "blue"})
    sheet.reparse()
    assert said(sheet) == said(filled(Stylesheet(variables={"ink": "blue"}))) != said(other)
    other.reparse()
    assert all(here is there for here, there in zip(other.rules, rules, strict=True))


def test_few_of_many_tried_themes_are_cached() -> None:
    sheet, read = filled(CachedStylesheet(variables={"ink": "red"})), []
    for number in range(20):
        sheet.set_variables({"ink": f"rgb({number}, 0, 0)"})
        sheet.reparse()
        read.append(weakref.ref(sheet.rules[0].styles))
    gc.collect()
    assert len([each for each in read if each() is not None]) <= MOST_THEMES


def test_style_sheet_at_another_place_or_rank_is_read_separately() -> None:
    sheet = CachedStylesheet(variables={"ink": "red"})
    sheet.add_source(PLACES["one"], ("one", ""), is_default_css=True)
    sheet.add_source(PLACES["one"], ("two", ""), tie_breaker=2, scope="Card")
    sheet.reparse()
    theirs = Stylesheet(variables={"ink": "red"})
    theirs.source = dict(sheet.source)
    theirs.reparse()
    assert [(r.css, [s.specificity for s in r.selector_set]) for r in sheet.rules] == [
        (r.css, [s.specificity for s in r.selector_set]) for r in theirs.rules
    ]


def test_textual_still_reads_all_sheets_again() -> None:
    sheet = filled(Stylesheet(variables={"ink": "red"}))
    before = list(sheet.rules)
    sheet.reparse()
    assert not any(here is there for here, there in zip(sheet.rules, before, strict=True))
