"""Masks drawn by the user.

`acts` and `drawing` define the actions as plain values. `shapes`, `algebra` and `drawn` compute the pixels,
and `overlay` displays them over a picture. Screens use only the values; the viewer and the workers compute
pixels. Start with `drawing`.
"""
