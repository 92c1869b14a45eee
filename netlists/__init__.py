"""The circuits, as SPICE text: one subcircuit a file; read them with ``importlib.resources``."""
