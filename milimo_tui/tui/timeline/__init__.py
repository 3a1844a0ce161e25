"""The Timeline screen, of parts: `screen` puts them together. Begin with it, then `base.core`.

From above: `screen`; `inspector` and `transport`; `edit`; `base`; `widgets`; `fields`; `values`. May use
`jobs` (a spec to edit), `play`, `shell` and what is below.
"""
