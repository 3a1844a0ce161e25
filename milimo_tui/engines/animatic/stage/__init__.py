"""What happens in a shot, before anything is drawn: place, people on their marks, lens, acting, camera moves,
and the scratch sound of it. Uses `places`, `figures` and `draw`. Begin with `staging`.
"""
