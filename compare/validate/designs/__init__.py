"""What a designer intends, as a file beside the circuit."""
