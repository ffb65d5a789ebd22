"""What lies beside the data files of an export, and speaks for them.

facts             what the papers say of samples, sources and weights, from the plan
synthetic_facts   are synthetic faces plausible? measured against real ones
sheets            contact sheets of a few rows of each family and class
samples           ``samples.csv``: what was decided on each sample; the picture of the funnel
groups            samples by attributes of the people in them, and their table
papers            recipe, datasheet, summary and lock, written
"""
