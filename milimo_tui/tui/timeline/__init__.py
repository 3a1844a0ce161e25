"""The Timeline screen, which edits a cut. `screen` combines its parts. Begin with `screen`, then `base.core`.

The packages are layers, from top to bottom: `screen`; `inspector` and `transport`; `edit`; `base`; `widgets`;
`fields`; `values`. They may import `jobs` (to edit a job's spec), `play`, `shell` and the packages below
these.
"""
