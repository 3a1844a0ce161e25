"""The screens that need no film: Home with the films of this studio home, and Weights.
May use `shell` and what is below. Begin with `home`. Three modules: neither screen has more.
"""
