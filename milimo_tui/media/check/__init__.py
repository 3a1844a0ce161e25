"""The check of a rendered film: every frame and sample is decoded and compared with the render plan. Start
with `film_check`.
"""
