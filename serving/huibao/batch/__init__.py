"""Many files at a time: sources, worker processes, a run that can be stopped at any moment, tables."""
