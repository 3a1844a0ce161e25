"""Retakes and doubled takes: existing takes that are regenerated in part, or doubled in size or frame rate.

Everything else stays identical to the last bit. Uses the packages `take` and `plan`. Begin with `job`, then
`making`; `area` determines the regenerated part.
"""
