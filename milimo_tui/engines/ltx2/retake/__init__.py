"""Takes of which something is made anew, or that are doubled: what stays, to the last bit, and what the model
does. Uses the rooms `take` and `plan`. Begin with `job`, then `making`; `area` says what is made anew.
"""
