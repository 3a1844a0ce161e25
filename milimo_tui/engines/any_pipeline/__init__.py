"""Any other pipeline of diffusers, run by what its call takes: takes and pictures of weights that no engine
here was made for, and that nobody here has proved.

`plan` is where to begin: what a shot becomes of a call. `loader`, `calling`, `handed_back` and `job` import
torch, for workers alone.
"""
