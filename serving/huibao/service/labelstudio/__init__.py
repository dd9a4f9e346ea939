"""huibao as a model of Label Studio's: the five addresses it calls."""
