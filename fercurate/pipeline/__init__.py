"""The imperative shell: the only place where the stages meet the store.

A folder a verb, and what the verbs share:

    events       typed progress events; the library itself never prints
    defaults     what both doors take where nothing is said, and its bounds
    engine       work in units whose results are sealed files, here or on other machines
    objects      what is named by URL, fetched before it is read, sent once it is whole
    annotations  votes and attributes as a store holds them, and tables of them
    ingest       from raw files to stored samples
    inspect      what lies in a path, and as what it would be read
    measure      stored pictures measured once, for every verb that judges them
    predictions  what any model says of the samples, kept as measurements
    votes        votes of any people, by name, and how far these agree
    attributes   gender, age and the like of people, as tables give them
    decisions    decisions by hand, files of them as one, agreement, transfer
    filter       measure, judge and explain every sample of a store
    audit        leakage between splits, and contradictory labels
    stats        the class balance of a store or an export
    care         sources, rejects, removal, compaction and merging of stores
    verify       every digest and row of a store or an export; rows made again
    building     from a store and a recipe to an export
    exporting    from an export to the files that a trainer reads
    trace        where a picture or a row comes from, or why it is not there
    diff         what differs between two exports, stores or locks
    rebuild      an export built again from its lock
    bundle       what may be shared without a picture, and the same export from it
    init         a first recipe from a few answers
    preview      what every step of a recipe does to a few pictures
    review       a person decides on the pictures that matter, and the order learns
    doctor       what of this machine can change a result, or keep one from coming
    demo         small synthetic corpora on which the whole job runs
"""
