"""The Timeline screen, which `screen` puts together from parts. Begin with `screen`, then `base.core`.

Layers from the top: `screen`; `inspector` and `transport`; `edit`; `base`; `widgets`; `fields`; `values`. May
use `jobs` (a spec to edit), `play`, `shell` and what is below.
"""
