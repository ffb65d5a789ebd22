"""Drawing for people: the report of a screening, contact sheets, the class balance.

content          what a report shows: the verdicts of a screening with their scores
samples          which samples it shows of a criterion, which duplicate groups first
counts           what it counts
facts            its numbers for machines
legible          text of anyone, made fit to be shown
thumbnails       small pictures, read a few at a time
page/            its page
contact_sheet    pictures in a table, as one PNG: of builds, previews and reports
sheets           the contact sheets of a criterion
folder           which folder is a report, and may be replaced
writer           all of it in a folder
table_page       a page of tables
overview/        what Python shows of a result, as text or HTML
plot             the class balance as a picture
funnel           how many samples stand after each stage of a build, as a picture
"""
