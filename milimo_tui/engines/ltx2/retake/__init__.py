"""Retakes and doubled takes: an existing take is regenerated in part, or doubled in picture size or frame
rate.

Everything else stays identical to the last bit. The package uses the packages `take` and `plan`. Start
reading at `job`, then `making`; `area` determines which part is regenerated.
"""
