"""MEAN, the reference baseline of mebench: shallow networks on optical flow (Liong et al. 2023)."""

import os

# TensorFlow reads this when it starts. By default it depends on the processor whether the faster
# kernels of oneDNN are used, and with it the last digits of the results.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
