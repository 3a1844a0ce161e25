"""The staging of a shot, before anything is drawn: place, people on their marks, lens, acting, camera moves
and scratch sound. Begin with `staging`.
"""
