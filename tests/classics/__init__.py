"""Tests of mebench-classics: one thread computes its networks here too, as in workers."""

import os

os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")
