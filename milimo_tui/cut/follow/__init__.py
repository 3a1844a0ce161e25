"""Update a cut when the film changes: assemble shots, bring an edited cut up to date with changed shots, and
convert the frame rate.

Begin with `assembly`. This package uses `cut.edit` and `cut.working`.
"""
