"""This machine: what it has, and what it needs.

doctor      look at packages, OpenCV, disks, permissions and models
completion  print what makes a shell complete commands and names
models      list the optional models, or fetch one
"""
