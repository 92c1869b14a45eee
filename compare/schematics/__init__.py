"""The circuits as drawings, one module a netlist."""
