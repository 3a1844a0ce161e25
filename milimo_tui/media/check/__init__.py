"""Checks of a rendered film: every frame and sample is decoded and compared with the plan. Start with
`film_check`.
"""
