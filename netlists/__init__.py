"""The circuits, as SPICE text: one parametrised subcircuit a file. Read them with ``importlib.resources``."""
