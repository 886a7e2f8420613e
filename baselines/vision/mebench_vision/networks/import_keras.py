"""Keras, in worker processes without optional packages that it would load.

Keras imports matplotlib, pandas and scikit-learn where they are installed, for pictures, tables and
wrappers that nothing here uses; without them a worker starts in two thirds of the time. A process
of the user gets the complete Keras.
"""

from __future__ import annotations

import sys
from multiprocessing import parent_process
from typing import Any

UNUSED = ("matplotlib", "pandas", "sklearn")

modules: dict[str, Any] = sys.modules
hidden = [name for name in UNUSED if parent_process() is not None and name not in modules]
modules.update(dict.fromkeys(hidden))
try:
    import keras
    from keras import layers, ops
finally:
    for name in hidden:
        del modules[name]

__all__ = ["keras", "layers", "ops"]
