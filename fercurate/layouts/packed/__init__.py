"""Layouts in which many pictures lie in one file.

fer_csv         pixels as text: fer2013.csv
npz             arrays for NumPy
web_dataset     tar files: a picture, a code and everything else of each row
hugging_face    Parquet with the features Image and ClassLabel
card_head       the head of its card
"""
