"""What the names of files and folders tell, whatever corpus they belong to.

In the order in which one reads them:

    file_kinds      what kind of file a name or its first bytes tell: a picture, a list, debris
    split_words     the native split that a name tells: of a folder, a list, a value
    inventory       what lies in a path: files by kind, tables by their columns
    columns         what the columns of a table are, by their names
    label_orders    codes without names: which published orders explain them
    people          who is in a picture, by the patterns of known corpora and folders of people
    subject_rule    where the person of a picture stands, as a user says it
    unread          why a file was not read, in the words that an ingest ends with
"""
