"""Keep a cut up to date with the film's shots: assembly, changes of shots in an edited cut, and rate changes.

Begin with `assembly`. Uses `cut.edit` and `cut.working`.
"""
