"""The page of a report: one HTML file that needs nothing else.

markup        HTML in which text cannot become markup
histograms    the scores of a criterion, and bars, as SVG
gallery       pictures with their captions, duplicate groups, doubtful labels
tables        what is dropped and why, what is looked for, who is hit
page          the sections put together
assets/       the page's frame, style and script
"""
