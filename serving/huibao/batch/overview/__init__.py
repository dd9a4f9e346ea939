"""The overview of a run: one HTML file with charts, made from the lines of the run alone."""
