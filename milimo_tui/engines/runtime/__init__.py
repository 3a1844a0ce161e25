"""What engines that run models with torch share. For workers alone: the supervisor, the
command line and the screens import nothing from here.
"""

import os

# cuBLAS adds up in a fixed order only with workspaces of a fixed size, told before its first use in a process
# (NVIDIA cuBLAS documentation, “Results Reproducibility”): who imports a part of this package is in time.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
