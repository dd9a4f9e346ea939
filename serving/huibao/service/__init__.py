"""The HTTP service around the one `Reader`; importing this package loads nothing."""
