"""Words that the composers of prompts share: places, light, feelings, marks of a script. Pure tables.

A composer lies in its engine's folder and is named by its profile. Begin with `engines.ltx2.paragraph`.
"""
