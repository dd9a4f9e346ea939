"""Windows of many callers in fair order through a few threads; knows nothing of HTTP."""
