"""The modes that edit one property of the cut while the picture shows the result: a title, an effect, or a
number that changes over time.

The package may import `edit`, `base`, `widgets`, `fields` and `values`. Start reading at `live_edit`.
"""
