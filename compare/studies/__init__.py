"""Studies: one comparison at many points, such as a sweep, a Monte Carlo run or corners."""
