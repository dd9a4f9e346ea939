"""What options that several commands have are for."""

BUNDLE = "folder of another bundle, or the name of a shipped one"
ENCODING = "force the encoding of text files, for example gb18030"
GAZETTEER = "list of divisions with the columns code and name, for region codes"
