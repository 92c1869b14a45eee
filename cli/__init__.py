"""The commands: parse, call one library function, write, say the exit code."""
