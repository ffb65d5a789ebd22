"""The door for Python: one function a verb, with the words of the command line.

People import all of it from ``fercurate`` itself; ``docs/python.md`` shows it.

ingest       the verbs that read corpora, and look at what a path is
stored       verbs on a store or an export: count, filter, audit, pictures
recipes      verbs that follow a recipe: load, preview, build
layouts      exports laid out for trainers
objects      object stores by URL: fetched whole, sent whole
proof        verbs that prove where a number comes from: trace, verify, rebuild, diff, bundle
people       verbs of people who decide: by hand, files as one, agreement, transfer
care         verbs that look after a store: list, remove, compact, merge
predictions  what models predict: add, list, compare with the labels
annotations  what is told of samples: votes and attributes, added, listed, compared
exports      reading an export back
homes        the module of every public name
arguments    what was passed, checked
progress     an argument turned into a listener
"""
