"""Which part of a circuit is what: its input, membrane, spike output, supplies and reset."""
