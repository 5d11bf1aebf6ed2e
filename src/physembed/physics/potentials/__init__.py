"""External potentials V(x) of the Gross-Pitaevskii equation, one per file."""
