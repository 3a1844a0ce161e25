"""The Review screen: the takes that came in, one large picture at a time or all on a contact sheet.

Begin with `screen`, which puts the core (`review_view`) and its parts together. May use `shot` (with its
state), `play`, `shell` and what is below.
"""
