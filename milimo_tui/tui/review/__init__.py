"""The Review screen, where the user judges new takes, one large picture at a time or all on a contact sheet.

Begin with `screen`, which assembles the core (`review_view`) and its parts. The package may use `shot` (with
its state), `play`, `shell` and the packages below them.
"""
