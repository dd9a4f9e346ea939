"""One reader a file format, each from bytes to paragraphs with what the layout says of them."""
