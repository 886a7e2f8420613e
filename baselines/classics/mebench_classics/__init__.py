"""Published methods of spotting and recognition as baselines of mebench, one module per method.

Each is written from its paper; what differs from it is in its ``deviations()``.
"""

import os

# TensorFlow reads this when it starts. By default it depends on the processor whether the faster
# kernels of oneDNN are used, and with it the last digits of the results.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
