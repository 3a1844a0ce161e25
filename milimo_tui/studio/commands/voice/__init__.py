"""Commands on spoken lines (`line`) and on the voices that speak them (`voice`).

Begin with `line`.
"""
